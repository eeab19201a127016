import type { JsonObject, JsonValue } from '#libs/chats';
import type { CustomFieldValue } from '../rest-api/types.js';

/** Holds the key of our chat: how a retry finds the lead an earlier try has made. */
export const CHAT_FIELD = 'WEWALL_CHAT';

const OWNERS: Record<string, string> = { bot: 'Бот', manager: 'Менеджер' };
const DEALS: Record<string, string> = { rent: 'Аренда', sale: 'Покупка' };
const PURPOSES: Record<string, string> = { own: 'Для себя', investment: 'Инвестиции' };
const KINDS: Record<string, string> = { office: 'Офис', retail: 'Торговое помещение', warehouse: 'Склад' };
const FIT_OUTS: Record<string, string> = { shell: 'Без отделки', partial: 'Частичная отделка', ready: 'С отделкой' };

interface FieldRule {
  code: string;
  /** As managers read it in the card of a lead. */
  name: string;
  /** The text of the field from what was collected; undefined leaves the field as it is. */
  show(slots: JsonObject): string | undefined;
}

/** Custom fields of a lead: created by `amocrm:setup`, filled from what the dialog has collected. */
export const LEAD_FIELDS: readonly FieldRule[] = [
  { code: CHAT_FIELD, name: 'Чат WeWall', show: () => undefined },
  { code: 'WEWALL_OWNER', name: 'Отвечает клиенту (бот)', show: ({ owner }) => label(OWNERS, owner) },
  { code: 'WEWALL_DEAL', name: 'Сделка (бот)', show: ({ deal }) => label(DEALS, deal) },
  { code: 'WEWALL_PURPOSE', name: 'Цель (бот)', show: ({ purpose }) => label(PURPOSES, purpose) },
  { code: 'WEWALL_KIND', name: 'Тип помещения (бот)', show: ({ kind }) => label(KINDS, kind) },
  { code: 'WEWALL_PLACE', name: 'Место (бот)', show: showPlace },
  { code: 'WEWALL_AREA', name: 'Площадь, м² (бот)', show: (slots) => range(slots.areaMin, slots.areaMax) },
  { code: 'WEWALL_BUDGET', name: 'Бюджет, ₽ (бот)', show: showBudget },
  { code: 'WEWALL_CLASS', name: 'Класс (бот)', show: ({ classes }) => list(classes) },
  {
    code: 'WEWALL_READINESS',
    name: 'Готовность (бот)',
    show: ({ readiness }) => (readiness === 'ready' ? 'Готово' : text(readiness)),
  },
  { code: 'WEWALL_FIT_OUT', name: 'Отделка (бот)', show: ({ fitOut }) => label(FIT_OUTS, fitOut) },
  { code: 'WEWALL_LIKED', name: 'Понравившиеся лоты (бот)', show: ({ likedLots }) => list(likedLots) },
  { code: 'WEWALL_CALL_TIME', name: 'Когда удобно (бот)', show: ({ preferredTime }) => text(preferredTime) },
];

/** Longest value of a text field amoCRM keeps. */
const VALUE_LIMIT = 250;

/** The fields a set of collected answers fills; fields the account does not have are left out. */
export function fieldsOf(slots: JsonObject, fieldIds: Readonly<Record<string, number>>): CustomFieldValue[] {
  return LEAD_FIELDS.flatMap(({ code, show }) => {
    const value = show(slots);
    const id = fieldIds[code];
    return value === undefined || id === undefined ? [] : [fieldValue(id, value)];
  });
}

export function fieldValue(id: number, value: string): CustomFieldValue {
  return { field_id: id, values: [{ value: value.slice(0, VALUE_LIMIT) }] };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function label(labels: Record<string, string>, value: JsonValue | undefined): string | undefined {
  const key = text(value);
  return key === undefined ? undefined : (labels[key] ?? key);
}

function list(value: JsonValue | undefined): string | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : undefined;
}

function range(min: JsonValue | undefined, max: JsonValue | undefined): string | undefined {
  const figure = (value: JsonValue | undefined) =>
    typeof value === 'number' ? value.toLocaleString('ru-RU', { maximumFractionDigits: 2 }) : undefined;
  const [from, to] = [figure(min), figure(max)];
  if (from !== undefined && to !== undefined) return from === to ? from : `${from}–${to}`;
  if (from !== undefined) return `от ${from}`;
  return to === undefined ? undefined : `до ${to}`;
}

function showPlace(slots: JsonObject): string | undefined {
  const places = [slots.districts, slots.stations].flatMap((value) => list(value) ?? []);
  if (places.length > 0) return places.join(', ');
  return slots.anyPlace === true ? 'Не важно' : undefined;
}

function showBudget(slots: JsonObject): string | undefined {
  const figures = range(slots.budgetMin, slots.budgetMax);
  if (figures === undefined) return slots.anyBudget === true ? 'Не важно' : undefined;
  const per = slots.budgetPer === 'sqm' ? ' за м²' : '';
  const period = slots.budgetPeriod === 'month' ? ' в месяц' : slots.budgetPeriod === 'year' ? ' в год' : '';
  return `${figures}${per}${period}`;
}
