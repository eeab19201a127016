import type { Card } from '#libs/chats';
import type { LotHit } from '#libs/estates';
import { formatArea, formatDate, formatMeters, formatReadiness, formatRoubles } from '../../ru-format.js';
import { FIT_OUT_WORDS, KIND_WORDS } from '../../vocabulary.js';

const PERIOD = { rent: ' в месяц', sale: '' } as const;
const UNIT = { rent: '/м² в год', sale: '/м²' } as const;

/** One line: «офис 148 м², «Дом на Зацепе», м. Павелецкая — 1,2 млн ₽ в месяц». */
export function lotLine({ lot, estate, total }: LotHit, wanted: readonly string[] = []): string {
  // Of several stations the client reads the one asked for.
  const station = estate.metro.find((metro) => wanted.includes(metro.station)) ?? estate.metro[0];
  const place = station ? `, м. ${station.station}` : '';
  return `${KIND_WORDS[estate.kind]} ${formatArea(lot.area)}, ${estate.name}${place} — ${formatRoubles(total)}${PERIOD[lot.deal]}`;
}

export function lotCard({ lot, estate, total }: LotHit): Card {
  const metro = estate.metro
    .slice(0, 3)
    .map(({ station, walkMeters }) => `${station} (${formatMeters(walkMeters)})`)
    .join(', ');
  const rows = [
    { label: 'Площадь', value: formatArea(lot.area) },
    {
      label: 'Цена',
      value: `${formatRoubles(total)}${PERIOD[lot.deal]} (${formatRoubles(lot.price)}${UNIT[lot.deal]}, ${lot.vatIncluded ? 'с НДС' : 'без НДС'})`,
    },
    { label: 'Класс', value: estate.class },
    { label: 'Этаж', value: `${lot.floor} из ${estate.floors}` },
    { label: 'Отделка', value: FIT_OUT_WORDS[lot.fitOut] },
    { label: 'Готовность', value: formatReadiness(estate.readiness) },
    ...(metro ? [{ label: 'Метро', value: metro }] : []),
    ...(lot.monthlyRent !== undefined
      ? [{ label: 'Арендный поток (МАП)', value: `${formatRoubles(lot.monthlyRent)} в месяц` }]
      : []),
    { label: 'Свободно с', value: formatDate(lot.availableFrom) },
  ];
  const photo = estate.photos[0];
  return {
    title: `${estate.name}, ${formatArea(lot.area)}`,
    subtitle: estate.address,
    rows,
    ...(photo ? { imageUrl: photo } : {}),
  };
}
