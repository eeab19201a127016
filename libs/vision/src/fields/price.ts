import { readNumbers } from '#libs/nlu';
import type { ImageFields, ReadField } from '../analysis.js';
import type { Segment } from './segments.js';

type Price = NonNullable<ImageFields['price']>['value'];

const CURRENCY = /₽|руб|(?<=(?:\d|тыс\.?|млн\.?|млрд\.?)\s?)(?:р\.|Р(?![\p{L}]))/u;
/** Money that is not the price of the premises. */
const OTHER_MONEY =
  /депозит|залог|комисси|эксплуатац|коммунал|\bOPEX\b|парков|паркинг|машино|за место|штраф|скидк|обеспечит|платеж|экономи|доход|окупа|МАП|налог на/iu;
const LABEL = /цен[аы]|стоимость|ставк|плат[аы]|аренда в месяц|продаж/iu;
const PER_SQM = /(?:за|\/)\s*(?:1\s*)?(?:кв\.?\s*м|м²|м2|метр|квадрат)/iu;
const MONTH = /мес/iu;
const YEAR = /(?<![\p{L}])год|в г\./iu;
const LARGEST = 1e12;

/** The price the picture states. `deal` decides what a sum without a period is; a rent without a period is not guessed. */
export function readPrice(
  segments: readonly Segment[],
  deal: 'rent' | 'sale' | undefined,
): ReadField<Price> | undefined {
  const found = segments.flatMap((segment) =>
    pricesOf(segment, deal).map((field) => ({ field, labelled: LABEL.test(segment.text) })),
  );
  const chosen = found.find(({ labelled }) => labelled) ?? found[0];
  return chosen?.field;
}

function pricesOf({ text, confidence }: Segment, deal: 'rent' | 'sale' | undefined): ReadField<Price>[] {
  if (OTHER_MONEY.test(text) || !CURRENCY.test(text)) return [];
  const prices: ReadField<Price>[] = [];
  for (const { min, max, unit, start, end } of readNumbers(withRoubles(text)).quantities) {
    if (!unit.startsWith('rub') || min === undefined || min !== max || min < 1 || min > LARGEST) continue;
    const source = text.slice(start, Math.max(end, text.length));
    if (!CURRENCY.test(source)) continue;
    const perSqm = unit.includes('sqm') || PER_SQM.test(text.slice(Math.max(0, start - 20), end + 20));
    const tail = text.slice(end - 1);
    const month = unit.includes('month') || (MONTH.test(text) && !YEAR.test(text)) || MONTH.test(tail.slice(0, 20));
    const year = unit.includes('year') || (YEAR.test(text) && !MONTH.test(text));
    const period = month ? 'month' : year ? 'year' : deal === 'sale' ? 'once' : undefined;
    if (!period) continue;
    prices.push({
      value: { rub: Math.round(min), per: perSqm ? 'sqm' : 'total', period },
      text: text.trim(),
      confidence,
    });
  }
  return prices;
}

/** «Р» after a number is how the sign of the rouble is read or written; lengths stay the same, so offsets do. */
const withRoubles = (text: string): string =>
  text.replace(/(?<=(?:\d|тыс\.?|млн\.?|млрд\.?)\s?)[РP](?![\p{L}])/gu, '₽');
