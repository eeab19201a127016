import { readNumbers } from '#libs/nlu';
import type { ReadField } from '../analysis.js';
import type { Segment } from './segments.js';

const LARGEST = 1_000_000;
/** What stands before an area that is not that of the premises offered. */
const OF_SOMETHING_ELSE =
  /здани|участ|земл|террас|парков|паркинг|комплекса|бизнес-?центра|этажа\s*[:—-]?\s*$|\bБЦ\b|\bМОП\b|потолк|депозит|эксплуат|коммунал/iu;
/** Words that say that the number is the area of the whole. */
const LABEL = /площад|пл\.|метраж|(?:^|[^\p{L}])S\s*[=:—-]?\s*$|итого|всего/iu;
const WHOLE = /общ|итого|всего|площадь помещени|арендуем/iu;
/** A labelled number whose unit was lost («Площадь, м²: 85», «Площадь 85 м», where the exponent was not read). */
const LABELLED =
  /(?:площадь(?!,\s*(?:д\.?\s*)?\d)|метраж|общ\. ?пл\.)[^\d]{0,24}?(\d{1,3}(?: \d{3})+|\d{1,6})([.,]\d{1,2})?(?:\s*(?:м(?![\p{L}])|кв)|\s*$)/iu;

interface Candidate extends ReadField<number> {
  rank: number;
}

/** The area the picture states for the premises, m². Nothing when it states several and does not say which is meant. */
export function readArea(segments: readonly Segment[]): ReadField<number> | undefined {
  const candidates: Candidate[] = [];
  for (const segment of segments) candidates.push(...candidatesOf(segment));
  const best = Math.max(...candidates.map(({ rank }) => rank));
  const top = candidates.filter(({ rank }) => rank === best);
  const values = new Set(top.map(({ value }) => value));
  if (top.length === 0 || values.size !== 1) return undefined;
  const { rank: _rank, ...field } = top[0]!;
  return field;
}

function candidatesOf({ text, line, confidence }: Segment): Candidate[] {
  const found: Candidate[] = [];
  for (const { min, max, unit, start, end, approximate } of readNumbers(text).quantities) {
    if (unit !== 'sqm' || min === undefined || min !== max || approximate) continue;
    const before = text.slice(0, start);
    if (
      min <= 0 ||
      min > LARGEST ||
      OF_SOMETHING_ELSE.test(before.slice(-40)) ||
      /[₽]|руб/u.test(text.slice(start, end))
    )
      continue;
    const labelled = LABEL.test(before.slice(-40)) || /^\s*(?:общей|полезной) площади/iu.test(text.slice(end));
    const whole = labelled && WHOLE.test(text);
    found.push({
      value: min,
      text: text.slice(start, end),
      confidence,
      rank: whole ? 3 : labelled ? 2 : line === 0 ? 1 : 0,
    });
  }
  if (found.length > 0) return found;
  const labelled = LABELLED.exec(text);
  if (!labelled || OF_SOMETHING_ELSE.test(text)) return [];
  const value = Number(`${labelled[1]}${labelled[2] ?? ''}`.replaceAll(' ', '').replace(',', '.'));
  return value > 0 && value <= LARGEST
    ? [{ value, text: labelled[0].trim(), confidence, rank: WHOLE.test(text) ? 3 : 2 }]
    : [];
}
