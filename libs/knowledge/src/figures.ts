import { readNumbers, type Unit } from '#libs/nlu';

/** Words that carry a figure without being a numeral. */
const MULTIPLES = /(?<!\p{L})(?:вдвое|втрое|вчетверо|впятеро|удво|утро[ие]|половин|треть?(?!\p{L})|четверт)\p{L}*/giu;

/**
 * What a text states in figures, each with the kind of thing it counts: «34,5 тыс. ₽» → `34500 money`. Numerals in words
 * and multipliers count, so that «34,5 млн» is another figure than «34,5 тыс.», and «38 ₽» than «38 %».
 */
export function figuresOf(text: string): Set<string> {
  const figures = new Set<string>();
  const covered: { start: number; end: number }[] = [];
  const { numbers, quantities } = readNumbers(text);
  for (const { min, max, unit, start, end } of quantities) {
    for (const value of [min, max]) if (value !== undefined) figures.add(`${value} ${kindOf(unit)}`);
    covered.push({ start, end });
  }
  for (const { value, start, end } of numbers) {
    if (!covered.some((span) => span.start <= start && end <= span.end)) figures.add(`${value} number`);
    covered.push({ start, end });
  }
  // Digits that are no quantity (times, dates, phones) must be repeated as they stand.
  for (const match of text.matchAll(/\d+(?:[.,:]\d+)*/gu)) {
    const start = match.index;
    if (!covered.some((span) => span.start <= start && start < span.end)) figures.add(`${match[0]} digits`);
  }
  for (const match of text.toLowerCase().matchAll(MULTIPLES)) figures.add(`${match[0].slice(0, 5)} multiple`);
  return figures;
}

function kindOf(unit: Unit): string {
  if (unit.startsWith('rub')) return 'money';
  return unit === 'none' || unit === 'count' ? 'number' : unit;
}

/** True when every figure of the answer stands in one of the texts it cites. */
export function figuresAreCited(answer: string, cited: readonly string[]): boolean {
  const allowed = new Set(cited.flatMap((text) => [...figuresOf(text)]));
  return [...figuresOf(answer)].every((figure) => allowed.has(figure));
}
