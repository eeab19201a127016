import type { JsonObject, JsonValue } from '#libs/chats';
import { JobRefusal } from '#libs/queues';

/** Names of fields as clients know them; the rest are shown as they are. */
const FIELD_LABELS: Record<string, string> = {
  area: 'площадь',
  'subject.area': 'площадь',
  walkMeters: 'расстояние до метро',
  'subject.walkMeters': 'расстояние до метро',
  class: 'класс',
  'subject.class': 'класс',
  kind: 'тип помещения',
  deal: 'сделка',
  floor: 'этаж',
  'subject.floor': 'этаж',
  fitOut: 'отделка',
  'subject.fitOut': 'отделка',
  station: 'станция метро',
  'filters.radiusMeters': 'радиус поиска',
};

/** What the catalogue refuses, as the outcome of a job: a Russian sentence, and stations to choose from as `suggestions`. */
export function estatesRefusal({
  code,
  message,
  details,
}: {
  code: string;
  message: string;
  details: JsonValue | Readonly<Record<string, unknown>>;
}): JobRefusal {
  const { closest, choices, field, problem } = (details ?? {}) as Record<string, JsonValue | undefined>;
  const suggestions = Array.isArray(closest) ? closest : Array.isArray(choices) ? choices : null;
  const facts: JsonObject = {
    ...(field !== undefined && { field }),
    ...(problem !== undefined && { problem }),
    ...(suggestions && { field: 'station', suggestions }),
  };
  // The lib's own sentence on a malformed field is English, for engineers; it stays in `problem`.
  const detail =
    code === 'INVALID_REQUEST' && typeof field === 'string'
      ? `Недопустимое значение: ${FIELD_LABELS[field] ?? field}.`
      : message;
  return new JobRefusal(code, detail, facts);
}
