import type { FormSlots } from './state.js';

const NBSP = '\u00a0';

/** `1234567` → «1 234 567» with no-break spaces; at most two decimals, decimal comma. */
export function formatNumber(value: number, decimals = 2): string {
  const rounded = Number(value.toFixed(decimals));
  const [whole = '0', fraction] = Math.abs(rounded).toString().split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, NBSP);
  return `${rounded < 0 ? '−' : ''}${grouped}${fraction ? `,${fraction}` : ''}`;
}

/** Roubles for reading: «1,5 млн ₽» when nothing is lost by it, otherwise every digit. */
export function formatRoubles(value: number): string {
  const amount = Math.round(value);
  const size = Math.abs(amount);
  if (size >= 1e9 && size % 1e7 === 0) return `${formatNumber(amount / 1e9)}${NBSP}млрд${NBSP}₽`;
  if (size >= 1e6 && size % 1e4 === 0) return `${formatNumber(amount / 1e6)}${NBSP}млн${NBSP}₽`;
  return `${formatNumber(amount)}${NBSP}₽`;
}

export function formatArea(value: number): string {
  return `${formatNumber(value)}${NBSP}м²`;
}

export function formatMeters(value: number): string {
  return `${formatNumber(Math.round(value))}${NBSP}м`;
}

export function formatPercent(value: number): string {
  return `${formatNumber(value, 1)}${NBSP}%`;
}

/** Russian plural: `plural(5, ['лот', 'лота', 'лотов'])` → «лотов». */
export function plural(count: number, forms: readonly [string, string, string]): string {
  const tail = Math.abs(count) % 100;
  const last = tail % 10;
  if (tail > 10 && tail < 20) return forms[2];
  if (last === 1) return forms[0];
  return last >= 2 && last <= 4 ? forms[1] : forms[2];
}

/** «2027-Q1» → «I кв. 2027»; «ready» → «готовое». */
export function formatReadiness(readiness: string): string {
  const match = /^(\d{4})-Q([1-4])$/.exec(readiness);
  if (!match) return 'готовое';
  return `${['I', 'II', 'III', 'IV'][Number(match[2]) - 1]}${NBSP}кв. ${match[1]}`;
}

const MONTHS = [
  'января',
  'февраля',
  'марта',
  'апреля',
  'мая',
  'июня',
  'июля',
  'августа',
  'сентября',
  'октября',
  'ноября',
  'декабря',
];

/** «1 октября 2026» of an ISO date; other text as it is. */
export function formatDate(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  const month = MONTHS[Number(match?.[2]) - 1];
  return match && month ? `${Number(match[3])}${NBSP}${month} ${match[1]}` : iso;
}

/** E.164 Russian numbers as people read them; others as they are. */
export function formatPhone(phone: string): string {
  const match = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return match ? `+7${NBSP}${match[1]}${NBSP}${match[2]}-${match[3]}-${match[4]}` : phone;
}

/** The area meant: the middle of the range, to 0.01 m². */
export function nominalArea(slots: FormSlots): number | undefined {
  const { areaMin, areaMax } = slots;
  if (areaMin === undefined) return areaMax;
  if (areaMax === undefined) return areaMin;
  return Math.round(((areaMin + areaMax) / 2) * 100) / 100;
}

/** «около 150 м² (135–165)», «100–150 м²», «от 100 м²». */
export function formatAreaRange(slots: FormSlots): string | undefined {
  const { areaMin, areaMax } = slots;
  if (areaMin === undefined && areaMax === undefined) return undefined;
  if (areaMax === undefined) return `от ${formatArea(areaMin as number)}`;
  if (areaMin === undefined) return `до ${formatArea(areaMax)}`;
  if (areaMin === areaMax) return formatArea(areaMin);
  const nominal = nominalArea(slots) as number;
  const span = `${formatNumber(areaMin)}–${formatNumber(areaMax)}`;
  // ±10 % is what a bare number means; the client reads back the number that was said.
  const isBare = Math.abs(areaMax - areaMin - nominal * 0.2) <= 1.01;
  return isBare ? `около ${formatArea(nominal)} (${span})` : `${span}${NBSP}м²`;
}

export function formatBudget(slots: FormSlots): string | undefined {
  if (slots.budgetMin === undefined && slots.budgetMax === undefined) return slots.anyBudget ? 'не важен' : undefined;
  const from = slots.budgetMin !== undefined ? `от ${formatRoubles(slots.budgetMin)}` : '';
  const to = slots.budgetMax !== undefined ? `до ${formatRoubles(slots.budgetMax)}` : '';
  const per = slots.budgetPer === 'sqm' ? ' за м²' : '';
  const isRent = slots.deal === 'rent';
  const period = isRent ? (slots.budgetPeriod ?? (slots.budgetPer === 'sqm' ? 'year' : 'month')) : undefined;
  return `${[from, to].filter(Boolean).join(' ')}${per}${period ? (period === 'month' ? ' в месяц' : ' в год') : ''}`;
}
