import type { ManagersDuty } from '../../ports.js';

/** Moscow has had no summer time since 2014. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const DAYS = ['понедельник', 'вторник', 'среду', 'четверг', 'пятницу', 'субботу', 'воскресенье'];
const SHORT_DAYS = ['пн', 'вт', 'ср', 'чт', 'пт', 'сб', 'вс'];

/** «ежедневно с 10:00 до 20:00 по Москве». */
export function hoursInWords({ opens, closes, days }: ManagersDuty['hours']): string {
  const chosen = [...new Set(days)].sort();
  const key = chosen.join('');
  const on = chosen.map((day) => SHORT_DAYS[day - 1]).join(', ');
  const when = key === '1234567' ? 'ежедневно' : key === '12345' ? 'по будням' : key === '67' ? 'по выходным' : on;
  return `${when} с ${opens}:00 до ${closes}:00 по Москве`;
}

/** «сегодня после 10:00», «завтра после 10:00», «в понедельник после 10:00». */
export function openingInWords(now: Date, opening: Date): string {
  const dayOf = (moment: Date) => Math.floor((moment.getTime() + MOSCOW_OFFSET_MS) / DAY_MS);
  const moscow = new Date(opening.getTime() + MOSCOW_OFFSET_MS);
  const away = dayOf(opening) - dayOf(now);
  const weekday = (moscow.getUTCDay() + 6) % 7;
  const day = away === 0 ? 'сегодня' : away === 1 ? 'завтра' : `${weekday === 1 ? 'во' : 'в'} ${DAYS[weekday]}`;
  return `${day} после ${moscow.getUTCHours()}:00`;
}

/** Hour of Moscow's clock, 0 to 23. */
export function moscowHour(at: Date): number {
  return new Date(at.getTime() + MOSCOW_OFFSET_MS).getUTCHours();
}
