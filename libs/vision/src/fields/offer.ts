import type { ImageFields, ReadField } from '../analysis.js';
import type { Segment } from './segments.js';

type Deal = NonNullable<ImageFields['deal']>['value'];
type Premises = NonNullable<ImageFields['premises']>['value'];

const DEALS: readonly [Deal, RegExp][] = [
  ['sale', /(?:^|[^\p{L}])(?:прода(?:ж|[её]т|м(?![\p{L}])|ю)|купить)/iu],
  ['rent', /(?:^|[^\p{L}])(?:аренд|субаренд|сда[её]тся|сдам|сда[юё]т?(?![\p{L}])|сдаются|снять)/iu],
];

const PREMISES: readonly [Premises, RegExp][] = [
  ['retail', /торгов|магазин|стрит|ритейл|бутик|(?:^|[^\p{L}])(?:кафе|общепит)/iu],
  ['warehouse', /(?:^|[^\p{L}])склад|логистич/iu],
  ['office', /(?:^|[^\p{L}])офис/iu],
];

/** What is offered: of the first statement that says one thing, titles first. */
export function readDeal(segments: readonly Segment[]): ReadField<Deal> | undefined {
  return firstOf(segments, DEALS);
}

export function readPremises(segments: readonly Segment[]): ReadField<Premises> | undefined {
  return firstOf(segments, PREMISES);
}

/** The first statement that matches; of one that matches several («склад с офисом») what is named first. */
function firstOf<T>(segments: readonly Segment[], patterns: readonly [T, RegExp][]): ReadField<T> | undefined {
  for (const { text, confidence } of segments) {
    const matches = patterns
      .map(([value, pattern]) => ({ value, match: pattern.exec(text) }))
      .filter(({ match }) => match !== null)
      .sort((a, b) => a.match!.index - b.match!.index);
    if (matches[0]) return { value: matches[0].value, text, confidence };
  }
  return undefined;
}
