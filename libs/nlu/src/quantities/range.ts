import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import { readUnit } from './units.js';

/** Two numerals that are the ends of one range. */
export interface NumeralRange {
  readonly low: Numeral;
  readonly high: Numeral;
  /** A colloquial «пять-шесть» without words of limits. */
  readonly loose: boolean;
}

const DASHES = new Set(['-', '…', '~', '÷']);
const round = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(15)));

const scaleTo = (numeral: Numeral, factor: number, money: boolean): void => {
  numeral.value = round(numeral.value * factor);
  numeral.multiplier = factor;
  numeral.money ||= money;
};

/** Lets one multiplier bind both ends: «5-7 млн», «от 500 до 1 млн», «5 млн - 7». */
const bind = (tokens: readonly Token[], low: Numeral, high: Numeral): void => {
  if (low.ordinal || high.ordinal) return;
  if (low.multiplier === 1 && high.multiplier >= 1000) {
    if (low.value < high.base) scaleTo(low, high.multiplier, high.money);
    else if (
      high.multiplier >= 1e6 &&
      low.value >= 100 &&
      low.value < 1000 &&
      (low.value * high.multiplier) / 1000 < high.value
    ) {
      scaleTo(low, high.multiplier / 1000, high.money);
    }
  } else if (high.multiplier === 1 && low.multiplier >= 1000 && high.value > low.base && high.value < 1000) {
    const unit = readUnit(tokens, high.to)?.unit;
    if (unit === undefined || unit === 'rub' || unit === 'usd' || unit === 'eur')
      scaleTo(high, low.multiplier, low.money);
  }
};

/** How the token stream joins two neighbouring numerals: `none`, a `range`, or an `or`. */
type Joint = 'none' | 'range' | 'or' | 'between' | 'touch';

const jointOf = (tokens: readonly Token[], low: Numeral, high: Numeral): Joint => {
  let at = low.to;
  if (at === high.from) return 'touch';
  const unit = readUnit(tokens, at);
  if (unit !== undefined && unit.to <= high.from) at = unit.to;
  // The dot of an abbreviation, not of a sentence: «5 млн. - 7 млн.», «метров триста. до 300 т.р. за метр».
  const isAbbreviated = /^(?:м|м2|кв|млн|млрд|тыс|руб|р|т|эт|мин)$/.test(tokens[at - 1]?.text ?? '');
  if (tokens[at]?.text === '.' && !tokens[at]?.gap && isAbbreviated && at < high.from) at++;
  const first = tokens[at]?.text ?? '';
  const left = high.from - at;
  if (left === 1) {
    if (DASHES.has(first)) return 'range';
    if (first === 'до' || first === 'по') return 'range';
    if (first === 'или' || first === 'либо' || first === 'вместо') return 'or';
    if (first === 'и') return 'between';
    if (/^макс(?:имум)?$/.test(first) && /^мин(?:имум)?$/.test(tokens[low.from - 1]?.text ?? '')) return 'range';
    return 'none';
  }
  if (left === 2) {
    const second = tokens[at + 1]?.text ?? '';
    // «платили восемьсот двадцать тысяч, сейчас девятьсот десять»: one multiplier for then and now.
    if (first === ',' && /^(?:сейчас|теперь|стало|нынче)$/.test(second)) return 'or';
    // «МАП 600 тыс, до 85 млн» are two figures; «от 600 тыс, до миллиона» is one.
    const isOpened = first !== ',' || /^(?:от|с|минимум|менее|меньше|ниже)$/.test(tokens[low.from - 1]?.text ?? '');
    if ((first === 'и' || first === ',' || first === 'а') && second === 'до' && isOpened) return 'range';
    if (first === ',' && (second === 'или' || second === 'либо')) return 'or';
    if (first === '-' && second === '-') return 'range';
    if (first === ',' && /^макс(?:имум)?$/.test(second) && /^мин(?:имум)?$/.test(tokens[low.from - 1]?.text ?? ''))
      return 'range';
    if (first === 'до' && /^(?:примерно|где-то|около|максимум)$/.test(second)) return 'range';
  }
  if (
    left === 3 &&
    (first === 'и' || first === ',') &&
    tokens[at + 1]?.text === 'не' &&
    /^(?:более|больше|выше)$/.test(tokens[at + 2]?.text ?? '')
  )
    return 'range';
  return 'none';
};

const MONEY = /^(?:rub|usd|eur)/;

/** «80 м² по 450 тысяч», «на 5 этаже до 40 млн»: a thing counted and its price are no range. */
const areDifferentThings = (tokens: readonly Token[], low: Numeral, high: Numeral): boolean => {
  const counted = readUnit(tokens, low.to)?.unit;
  if (counted === undefined || counted === 'none' || MONEY.test(counted)) return false;
  const measured = readUnit(tokens, high.to);
  // «не менее 200 кв м, не более 800 метров до метро»
  const isWay = measured?.metres !== undefined && /^(?:до|от|пешком)$/.test(tokens[measured.to]?.text ?? '');
  if (isWay && readUnit(tokens, low.to)?.metres === undefined) return true;
  const priced = measured?.unit;
  // «2 офиса по 100 метров»: things and the size of each.
  if (counted === 'count' && priced !== undefined && priced !== 'count') return true;
  return high.money || (priced === undefined ? high.multiplier >= 1000 : MONEY.test(priced));
};

const CEILING = /^(?:максимум|макс|ну|или|край)$/;

/** «5–6, максимум 7 млн»: the multiplier of the ceiling binds what it crowns. */
const bindCeiling = (tokens: readonly Token[], low: Numeral, high: Numeral, ceiling: Numeral): void => {
  const left = ceiling.from - high.to;
  const crowned =
    left >= 1 &&
    left <= 2 &&
    CEILING.test(tokens[ceiling.from - 1]?.text ?? '') &&
    (left === 1 || tokens[high.to]?.text === ',');
  if (!crowned || low.multiplier !== 1 || high.multiplier !== 1 || ceiling.multiplier < 1000) return;
  if (low.ordinal || high.ordinal || high.value > ceiling.base) return;
  scaleTo(low, ceiling.multiplier, ceiling.money);
  scaleTo(high, ceiling.multiplier, ceiling.money);
};

const isBetween = (tokens: readonly Token[], low: Numeral): boolean => tokens[low.from - 1]?.text === 'между';

/** Whether both neighbours are spelled and the second carries the multiplier: «два три миллиона», «сто сто пятьдесят тысяч». */
const isColloquial = (low: Numeral, high: Numeral): boolean =>
  low.spelled &&
  high.spelled &&
  low.multiplier === 1 &&
  high.multiplier >= 1000 &&
  !low.ordinal &&
  low.value < high.base &&
  low.value > 0;

/** «метров семьдесят восемьдесят», «сто сто двадцать метров»: round numbers, not far apart, with one unit. */
const areNeighbours = (tokens: readonly Token[], low: Numeral, high: Numeral): boolean => {
  if (!low.spelled || !high.spelled || low.ordinal || high.ordinal || low.multiplier !== 1 || high.multiplier !== 1)
    return false;
  const isRound = low.value >= 10 && low.value % 5 === 0 && high.value % 5 === 0;
  if (!isRound || high.value <= low.value || high.value > 2 * low.value) return false;
  return (
    /^(?:метр|квадрат)/.test(tokens[high.to]?.text ?? '') ||
    /^(?:метров|квадратов)$/.test(tokens[low.from - 1]?.text ?? '')
  );
};

/** Finds ranges among neighbouring numerals and applies shared multipliers in place. */
export const findRanges = (tokens: readonly Token[], numerals: readonly Numeral[]): NumeralRange[] => {
  const ranges: NumeralRange[] = [];
  for (let i = 0; i + 1 < numerals.length; i++) {
    const low = numerals[i];
    const high = numerals[i + 1];
    if (low === undefined || high === undefined) continue;
    const joint = jointOf(tokens, low, high);
    if (joint === 'none' || (joint === 'range' && areDifferentThings(tokens, low, high))) continue;
    if (joint === 'touch') {
      if (!isColloquial(low, high) && !areNeighbours(tokens, low, high)) continue;
      bind(tokens, low, high);
      ranges.push({ low, high, loose: true });
      i++;
      continue;
    }
    if (joint === 'or') {
      bind(tokens, low, high);
      continue;
    }
    if (joint === 'between' && !isBetween(tokens, low)) continue;
    bind(tokens, low, high);
    const next = numerals[i + 2];
    if (next !== undefined) bindCeiling(tokens, low, high, next);
    if (low.value < high.value && !(low.ordinal && !high.ordinal)) {
      ranges.push({ low, high, loose: low.spelled && joint === 'range' && tokens[low.to]?.text === '-' });
      i++;
    }
  }
  return ranges;
};
