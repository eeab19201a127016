const MILLION = 1_000_000;

const UNIT_WORDS: Readonly<Record<string, string>> = {
  rub: '₽',
  rub_month: '₽ в месяц',
  rub_sqm: '₽ за м²',
  sqm: 'м²',
  m: 'м',
  min: 'мин',
  pct: '%',
  none: '',
};

/** A reading as the client is asked about it: «15 млн ₽», «100–150 м²». */
export function describe(min: number | undefined, max: number | undefined, unit: string): string {
  const figure = (value: number) => (value >= MILLION ? `${value / MILLION} млн` : String(value));
  const range =
    min !== undefined && max !== undefined && min !== max ? `${figure(min)}–${figure(max)}` : figure(max ?? min ?? 0);
  return `${range} ${UNIT_WORDS[unit] ?? unit}`.trim();
}
