import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import type { Quantity, QuantityReading, Unit } from '../types.js';
import { type Bound, type ClosingBound, readBound, readClosingBound, readInnerBound } from './bounds.js';
import type { TopicContext } from './context.js';
import { type Rate, rateUnit, readRate } from './rate.js';
import { readUnit, type UnitPhrase, unitOfWord } from './units.js';

const METRE_LABEL = /^(?:площадь|площадью|метраж|метражом|площади)$/;
/** No building is taller. */
const HIGHEST_FLOOR = 200;
/** Squares of the city: «у Преображенской площади до 90 тысяч». */
const SQUARE_OF_CITY =
  /^(?:преображенск|октябрьск|комсомольск|ильинск|красн|славянск|сухаревск|таганск|пушкинск|лубянск|болотн|манежн|триумфальн|трубн|театральн|арбатск|добрынинск|серпуховск|калужск|смоленск)(?:ая|ой|ую)$/;
const FLOOR_LABEL = /^(?:этаж|этаже|этажа|эт)$/;
const MONEY_LABEL = /^(?:бюджет|бюджета|бюджетом|цена|цене|цену|стоимость|стоимостью|сумма|сумму|цены)$/;

interface UnitReading {
  unit: Unit;
  from: number;
  to: number;
  factor: number;
  approximate: boolean;
  metres: UnitPhrase['metres'];
  rate: Rate | undefined;
}

const CURRENCIES: Readonly<Record<string, Unit>> = { $: 'usd', '€': 'eur', '₽': 'rub' };

const reading = (
  unit: Unit,
  from: number,
  to: number,
  factor = 1,
  approximate = false,
  metres: UnitPhrase['metres'] = undefined,
  rate: Rate | undefined = undefined,
): UnitReading => ({ unit, from, to, factor, approximate, metres, rate });

const LABEL_FILLERS = new Set(': - = около до от примерно в не более менее больше меньше № ('.split(' '));
const GENITIVE_PLURAL = /(?:ов|ут|ей|лет)$/;

/** What the words before a number say about its unit: a currency sign, a label, a unit in the genitive («метров сто»). */
const before = (tokens: readonly Token[], numeral: Numeral): UnitReading | undefined => {
  const index = numeral.from - 1;
  const token = tokens[index];
  if (token === undefined) return undefined;
  const word = token.text;
  const currency = token.kind === 'symbol' ? CURRENCIES[word] : undefined;
  if (currency !== undefined) return reading(currency, index, numeral.to);
  let label = index;
  while (label > index - 3 && LABEL_FILLERS.has(tokens[label]?.text ?? '')) label--;
  const name = tokens[label]?.text ?? '';
  const isSquareOfCity = SQUARE_OF_CITY.test(tokens[label - 1]?.text ?? '');
  if (METRE_LABEL.test(name) && !isSquareOfCity) return reading('sqm', numeral.from, numeral.to);
  // «2 этаж 90 000 в месяц»: the word belongs to the figure before it.
  const isTaken = tokens[label - 1]?.kind === 'number' || numeral.value > HIGHEST_FLOOR;
  if (FLOOR_LABEL.test(name) && !isTaken) return reading('floor', numeral.from, numeral.to);
  if (MONEY_LABEL.test(name)) return reading('rub', numeral.from, numeral.to);
  if (GENITIVE_PLURAL.test(word) && tokens[index - 1]?.kind !== 'number' && tokens[index - 1]?.form === undefined) {
    const unit = readUnit(tokens, index);
    if (unit !== undefined && unit.to === numeral.from && unit.unit !== 'count') {
      return reading(unit.unit, index, numeral.to, unit.factor, true, unit.metres);
    }
  }
  return undefined;
};

const isCurrency = (unit: Unit): boolean => unit === 'rub' || unit === 'usd' || unit === 'eur';

/** «сто и больше метров»: limiting words that stand before the unit. */
const innerBound = (tokens: readonly Token[], numeral: Numeral): ClosingBound | undefined => {
  const bound = readInnerBound(tokens, numeral.to);
  return bound && readUnit(tokens, bound.to) !== undefined ? bound : undefined;
};

/** First token of the unit after the number, past «+», «с лишним», «и больше» and the dot of «млн.». */
const unitStart = (tokens: readonly Token[], numeral: Numeral): number => {
  const at = innerBound(tokens, numeral)?.to ?? numeral.to;
  if (numeral.atLeast && tokens[at]?.text === '+') return at + 1;
  if (numeral.atLeast && tokens[at]?.text === 'с') return at + 2;
  const dot = tokens[at];
  if (dot?.text === '.' && !dot.gap && numeral.multiplier > 1 && unitOfWord(tokens[at + 1]?.text ?? '') !== undefined)
    return at + 1;
  return at;
};

/** «полмиллиона», «полляма»: one word with its multiplier inside. */
const isHalfOfSum = (tokens: readonly Token[], numeral: Numeral): boolean => {
  const form = tokens[numeral.from]?.form;
  return form?.kind === 'half' && form.money;
};

/** «полкилометра», «полгектара»: the unit is part of the word. */
const gluedUnit = (word: string): Unit | undefined =>
  word.length > 5 && word.startsWith('пол') ? unitOfWord(word.slice(3)) : undefined;

/** The unit after a number; «пятидесяти лямов метров восемьсот»: metres before a number of their own belong to that one. */
const unitPhrase = (tokens: readonly Token[], numeral: Numeral, at: number): UnitPhrase | undefined => {
  const phrase = readUnit(tokens, at);
  const next = phrase === undefined ? undefined : tokens[phrase.to];
  const isOfNext =
    phrase?.metres === 'word' && numeral.multiplier >= 1000 && (next?.kind === 'number' || next?.form !== undefined);
  return isOfNext ? undefined : phrase;
};

const unitReading = (tokens: readonly Token[], numeral: Numeral): UnitReading => {
  const glued = gluedUnit(tokens[numeral.from]?.text ?? '');
  if (glued !== undefined) return reading(glued, numeral.from, numeral.to);
  const at = unitStart(tokens, numeral);
  const phrase = unitPhrase(tokens, numeral, at);
  const label = before(tokens, numeral);
  if (phrase === undefined && label !== undefined && label.unit !== 'rub') {
    label.to = Math.max(label.to, at);
    return label;
  }
  if (phrase === undefined || phrase.unit === 'rub') {
    const rateAt = phrase?.to ?? at;
    const rate = readRate(tokens, rateAt);
    // «депозит за 1 месяц», «2 месяца»: months are counted, not paid by.
    const countsMonths = phrase === undefined && numeral.value < LEAST_SUM && /^мес/.test(tokens[rateAt]?.text ?? '');
    if (countsMonths) return reading('none', numeral.from, at);
    const isMoney =
      phrase === undefined
        ? numeral.multiplier >= 1000 || numeral.money || isHalfOfSum(tokens, numeral)
        : isCurrency(phrase.unit);
    if (isMoney || rate.to > rateAt || label?.unit === 'rub')
      return reading(rateUnit(rate), numeral.from, rate.to, 1, false, undefined, rate);
  }
  if (phrase !== undefined) return reading(phrase.unit, numeral.from, phrase.to, phrase.factor, false, phrase.metres);
  const adjective = numeral.ordinal ? readUnit(tokens, at + 1) : undefined;
  if (adjective?.unit === 'floor') return reading('floor', numeral.from, adjective.to);
  return reading('none', numeral.from, at);
};

const scaled = (value: number, factor: number): number => (factor === 1 ? value : value * factor);

/** Metres as the words next to them have them, or, where those are silent, as the whole message does. */
interface Metres {
  /** What they are, or what they are unless the client says otherwise. */
  measure: 'area' | 'distance';
  /** Whether nothing else can be meant by «метров». */
  isPlain: boolean;
  /** Whether even «м» can be nothing else, millions included. */
  isCertain: boolean;
}

/** Less than this is no rent of a month. */
const LEAST_SUM = 1000;
/** Nobody writes a milliard as «1500 м». */
const MOST_MILLIONS = 1000;

const metresOf = (topic: TopicContext, at: number, low: Numeral, high: Numeral | undefined, end: number): Metres => {
  const measure = topic.measure(at, high === undefined ? at : at + 1, low.start, end);
  if (measure === 'way' || measure === 'side') return { measure: 'distance', isPlain: true, isCertain: !topic.money };
  const last = high ?? low;
  const isCertain =
    topic.isNamedArea(low.start) ||
    (measure === 'area' && (topic.distance || last.value >= MOST_MILLIONS)) ||
    ((measure === 'area' || topic.area) && !topic.isPriced(low.start) && topic.isPriceToldBeside(last));
  if (!topic.distance) return { measure: 'area', isPlain: topic.area || measure === 'area', isCertain };
  if (measure === 'area') return { measure: 'area', isPlain: true, isCertain };
  // The message speaks of a way: of this figure, unless another one tells it.
  if (topic.area || topic.isWayToldBeside(last)) return { measure: 'area', isPlain: false, isCertain: false };
  return { measure: 'distance', isPlain: true, isCertain: !topic.money };
};

/** Other ways to read bare metres, «15м» and «100к»; undefined when the context leaves one. */
const readingsOf = (
  topic: TopicContext,
  quantity: Quantity,
  reading: UnitReading,
  low: Numeral,
  metres: Metres | undefined,
): QuantityReading[] | undefined => {
  const limits = (unit: Unit, factor = 1): QuantityReading => ({
    ...(quantity.min === undefined ? {} : { min: quantity.min * factor }),
    ...(quantity.max === undefined ? {} : { max: quantity.max * factor }),
    unit,
  });
  if (metres !== undefined) {
    const area = limits('sqm');
    const distance = limits('m');
    const money = limits('rub', 1e6);
    if (reading.metres === 'letter') {
      if (metres.isCertain) return undefined;
      if (metres.measure === 'distance') return [distance, money];
      if (topic.money) return [money, area, distance];
      return (topic.area || topic.distance) && low.value >= 10 ? [area, money, distance] : [money, distance, area];
    }
    return metres.isPlain ? undefined : [area, distance];
  }
  if (quantity.unit === 'rub' && low.multiplier === 1000 && reading.rate?.to === low.to && !low.spelled)
    return [limits('rub'), limits('rub_month'), limits('rub_sqm_year')];
  return undefined;
};

/** «20 млн максимум в месяц»: the rate stands behind the limiting words. */
const rateBehind = (tokens: readonly Token[], at: number): Rate | undefined => {
  const rate = readRate(tokens, at);
  return rate.to > at ? rate : undefined;
};

/** Builds the quantity of the numeral `at` of the message (`high` absent) or of the range it begins. `topic` is the message's. */
export const toQuantity = (
  topic: TopicContext,
  tokens: readonly Token[],
  at: number,
  low: Numeral,
  high: Numeral | undefined,
  loose: boolean,
): Quantity => {
  const last = high ?? low;
  let found = unitReading(tokens, last);
  const lowReading = high === undefined ? found : unitReading(tokens, low);
  const label = before(tokens, low);
  if (high !== undefined && found.unit === 'none') {
    if (lowReading.unit !== 'none') found = { ...lowReading, to: found.to };
    else if (label !== undefined) found = { ...label, to: found.to };
  }
  const inverted = label?.approximate === true && found.unit === label.unit;
  const bound: Bound = readBound(
    tokens,
    found.from < low.from || inverted ? Math.min(found.from, label?.from ?? low.from) : low.from,
  );
  const opening = tokens[bound.from - 1]?.text;
  if (high !== undefined && (opening === 'с' || opening === 'между')) bound.from--;
  const { factor } = found;
  const stated = Math.max(found.to, last.to);
  const metres =
    found.metres === undefined ? undefined : metresOf(topic, at, low, high, tokens[stated - 1]?.end ?? last.end);
  const inner = high === undefined ? innerBound(tokens, low) : undefined;
  const closing = high === undefined ? readClosingBound(tokens, stated) : undefined;
  const after = inner ?? closing;
  const rate = closing && found.unit === 'rub' ? rateBehind(tokens, closing.to) : undefined;
  const quantity: Quantity = {
    unit: metres?.measure === 'distance' ? 'm' : ((rate && rateUnit(rate)) ?? found.unit),
    start:
      tokens[
        Math.min(
          bound.from,
          low.from,
          label?.approximate || label?.from === low.from - 1 ? (label?.from ?? low.from) : low.from,
        )
      ]?.start ?? low.start,
    end: tokens[(rate?.to ?? closing?.to ?? stated) - 1]?.end ?? last.end,
  };
  if (high !== undefined) {
    quantity.min = scaled(low.value, factor);
    quantity.max = scaled(high.value, factor);
  } else if (bound.side === 'exact' && after !== undefined) {
    quantity[after.side] = scaled(low.value, factor);
  } else if (low.atLeast || bound.side === 'min') quantity.min = scaled(low.value, factor);
  else if (low.atMost || bound.side === 'max') quantity.max = scaled(low.value, factor);
  else {
    quantity.min = scaled(low.value, factor);
    quantity.max = scaled(low.value, factor);
  }
  if (low.approximate || bound.approximate || found.approximate || loose) quantity.approximate = true;
  const readings = readingsOf(topic, quantity, found, low, metres);
  if (readings !== undefined) quantity.readings = readings;
  if (readings?.[0] !== undefined && found.metres !== undefined) quantity.unit = readings[0].unit;
  if (readings?.[0] !== undefined && found.metres === 'letter') {
    if (quantity.min !== undefined && readings[0].min !== undefined) quantity.min = readings[0].min;
    if (quantity.max !== undefined && readings[0].max !== undefined) quantity.max = readings[0].max;
  }
  return quantity;
};
