import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import type { Quantity, QuantityReading, Unit } from '../types.js';
import { type Bound, readBound } from './bounds.js';
import { type Rate, rateUnit, readRate } from './rate.js';
import { readUnit, type UnitPhrase, unitOfWord } from './units.js';

const DISTANCE =
  /(?:пешком|от метро|до метро|от м\.|до станци|от станци|ходьбы|потолк|высот|ширин|длин|фасад|витрин|расстояни|глубин|вход|радиус|в шаговой)/;
const AREA = /(?:офис|площад|помещен|склад|метраж|снять|арендова|ритейл|магазин|ангар|псн|лот)/;
const MONEY =
  /(?:бюджет|цен[аыу]|стоимост|стоит|руб|₽|дороже|дешевле|оплат|плат[аиу]|денег|аренд[аы]? до|ставк|за м|вложи|инвест)/;

const METRE_LABEL = /^(?:площадь|площадью|метраж|метражом|площади)$/;
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

const before = (tokens: readonly Token[], numeral: Numeral): UnitReading | undefined => {
  const index = numeral.from - 1;
  const word = tokens[index]?.text ?? '';
  const reading = {
    from: numeral.from,
    to: numeral.to,
    factor: 1,
    approximate: false,
    metres: undefined,
    rate: undefined,
  };
  const currency = CURRENCIES[word];
  if (currency !== undefined) return { ...reading, unit: currency, from: index };
  let label = index;
  while (
    label > index - 3 &&
    /^(?::|-|=|около|до|от|примерно|в|не|более|менее|больше|меньше|№|\()$/.test(tokens[label]?.text ?? '')
  )
    label--;
  const name = tokens[label]?.text ?? '';
  if (METRE_LABEL.test(name)) return { ...reading, unit: 'sqm' };
  if (FLOOR_LABEL.test(name)) return { ...reading, unit: 'floor' };
  if (MONEY_LABEL.test(name)) return { ...reading, unit: 'rub' };
  // «метров сто», «минут десять», «рублей пятьсот»: the unit in the genitive came first.
  if (tokens[index - 1]?.kind !== 'number' && tokens[index - 1]?.form === undefined && /(?:ов|ут|ей|лет)$/.test(word)) {
    const unit = readUnit(tokens, index);
    if (unit !== undefined && unit.to === numeral.from && unit.unit !== 'count') {
      return { ...reading, unit: unit.unit, from: index, factor: unit.factor, approximate: true, metres: unit.metres };
    }
  }
  return undefined;
};

const unitReading = (tokens: readonly Token[], numeral: Numeral): UnitReading => {
  const base = {
    from: numeral.from,
    to: numeral.to,
    factor: 1,
    approximate: false,
    metres: undefined,
    rate: undefined,
  };
  let at = numeral.to;
  if (numeral.atLeast && tokens[at]?.text === '+') at++;
  else if (numeral.atLeast && tokens[at]?.text === 'с') at += 2;
  // The dot of «млн.» before a unit.
  if (
    tokens[at]?.text === '.' &&
    !tokens[at]?.gap &&
    numeral.multiplier > 1 &&
    unitOfWord(tokens[at + 1]?.text ?? '') !== undefined
  )
    at++;
  let phrase = readUnit(tokens, at);
  const label = before(tokens, numeral);
  const isMoney =
    phrase === undefined ? numeral.multiplier >= 1000 || numeral.money : ['rub', 'usd', 'eur'].includes(phrase.unit);
  if (phrase === undefined && label !== undefined && label.unit !== 'rub')
    return { ...label, to: Math.max(label.to, at) };
  if (phrase === undefined || phrase.unit === 'rub') {
    const rateAt = phrase?.to ?? at;
    const rate = readRate(tokens, rateAt);
    if (isMoney || rate.to > rateAt || label?.unit === 'rub') {
      if (
        rate.to === rateAt &&
        phrase === undefined &&
        numeral.money === false &&
        numeral.multiplier === 1 &&
        label === undefined
      )
        return { ...base, unit: 'none' };
      return { ...base, unit: rateUnit(rate), to: rate.to, rate };
    }
  }
  if (phrase === undefined && numeral.ordinal) {
    const adjective = readUnit(tokens, at + 1);
    if (adjective?.unit === 'floor') phrase = { ...adjective };
  }
  if (phrase === undefined) return { ...base, unit: 'none', to: at };
  return { ...base, unit: phrase.unit, to: phrase.to, factor: phrase.factor, metres: phrase.metres };
};

const scaled = (value: number, factor: number): number => (factor === 1 ? value : value * factor);

/** Other ways to read bare metres, «15м» and «100к»; undefined when the context leaves one. */
const readingsOf = (
  text: string,
  quantity: Quantity,
  reading: UnitReading,
  low: Numeral,
): QuantityReading[] | undefined => {
  const limits = (unit: Unit, factor = 1): QuantityReading => ({
    ...(quantity.min === undefined ? {} : { min: quantity.min * factor }),
    ...(quantity.max === undefined ? {} : { max: quantity.max * factor }),
    unit,
  });
  if (reading.metres !== undefined) {
    const area = limits('sqm');
    const distance = limits('m');
    const money = limits('rub', 1e6);
    if (reading.metres === 'letter') {
      if (DISTANCE.test(text)) return MONEY.test(text) ? [distance, money] : undefined;
      if (MONEY.test(text)) return [money, area, distance];
      return AREA.test(text) && low.value >= 10 ? [area, money, distance] : [money, distance, area];
    }
    if (DISTANCE.test(text) && AREA.test(text)) return [area, distance];
    return DISTANCE.test(text) || AREA.test(text) ? undefined : [area, distance];
  }
  if (quantity.unit === 'rub' && low.multiplier === 1000 && reading.rate?.to === low.to && !low.spelled)
    return [limits('rub'), limits('rub_month'), limits('rub_sqm_year')];
  return undefined;
};

/** Builds the quantity of one numeral (`high` absent) or a range. `text` is folded. */
export const toQuantity = (
  text: string,
  tokens: readonly Token[],
  low: Numeral,
  high: Numeral | undefined,
  loose: boolean,
): Quantity => {
  const last = high ?? low;
  let reading = unitReading(tokens, last);
  const lowReading = high === undefined ? reading : unitReading(tokens, low);
  const label = before(tokens, low);
  if (high !== undefined && reading.unit === 'none') {
    if (lowReading.unit !== 'none') reading = { ...lowReading, to: reading.to };
    else if (label !== undefined) reading = { ...label, to: reading.to };
  }
  const inverted = label?.approximate === true && reading.unit === label.unit;
  const bound: Bound = readBound(
    tokens,
    reading.from < low.from || inverted ? Math.min(reading.from, label?.from ?? low.from) : low.from,
  );
  const { factor } = reading;
  const quantity: Quantity = {
    unit:
      reading.metres !== undefined &&
      DISTANCE.test(text) &&
      !(reading.metres === 'word' && AREA.test(text) && low.value < 20)
        ? 'm'
        : reading.unit,
    start:
      tokens[
        Math.min(
          bound.from,
          low.from,
          label?.approximate || label?.from === low.from - 1 ? (label?.from ?? low.from) : low.from,
        )
      ]?.start ?? low.start,
    end: tokens[Math.max(reading.to, last.to) - 1]?.end ?? last.end,
  };
  if (high !== undefined) {
    quantity.min = scaled(low.value, factor);
    quantity.max = scaled(high.value, factor);
  } else if (low.atLeast || bound.side === 'min') quantity.min = scaled(low.value, factor);
  else if (low.atMost || bound.side === 'max') quantity.max = scaled(low.value, factor);
  else {
    quantity.min = scaled(low.value, factor);
    quantity.max = scaled(low.value, factor);
  }
  if (low.approximate || bound.approximate || reading.approximate || loose) quantity.approximate = true;
  const readings = readingsOf(text, quantity, reading, low);
  if (readings !== undefined) quantity.readings = readings;
  if (readings?.[0] !== undefined && reading.metres !== undefined) quantity.unit = readings[0].unit;
  if (readings?.[0] !== undefined && reading.metres === 'letter') {
    if (quantity.min !== undefined && readings[0].min !== undefined) quantity.min = readings[0].min;
    if (quantity.max !== undefined && readings[0].max !== undefined) quantity.max = readings[0].max;
  }
  return quantity;
};
