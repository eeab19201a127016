import { isIdiom } from './idioms.js';
import { isCode, literalSuffix } from './literal-suffix.js';
import { readMultiplier } from './multiplier.js';
import type { Numeral } from './numeral.js';
import { bareMultiplier, half, invertedMultiplier, pair } from './numeral-openers.js';
import { readFraction, type SmallNumber, spelledSmall } from './small-number.js';
import type { Token } from './token.js';

/** Units that show a following «двести» is not the thousands of «миллион двести». */
const NOT_MONEY =
  /^(?:м|м2|m2|метр.*|квадрат.*|кв|кв[аб]|минут.*|мин|этаж.*|эт|процент.*|лет|год.*|км|километр.*|га|соток|человек|мест|месяц.*|мес|дн.*|офис.*|лот.*|комнат.*|помещен.*|%)$/;

const isNotMoney = (token: Token | undefined): boolean => token !== undefined && NOT_MONEY.test(token.text);

interface Sum {
  value: number;
  base: number;
  multiplier: number;
  to: number;
  money: boolean;
  ordinal: boolean;
}

/** Reads the first number of a sum: digits or words below a thousand, a half, a decimal. */
const readSmall = (tokens: readonly Token[], at: number): SmallNumber | undefined => {
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (token.kind === 'number') {
    if (Number.isNaN(token.value)) return undefined;
    return { value: token.value, to: at + 1, ordinal: false, spelled: false, rank: 0 };
  }
  return token.form === undefined ? undefined : spelledSmall(tokens, at);
};

const isRoundHundreds = (value: number): boolean => value >= 100 && value < 1000 && value % 10 === 0;

/** Adds the smaller parts that follow a multiplier: «1 млн 200 тыс», «тысяча двести», «миллион двести» (= 1.2 million). */
const addParts = (tokens: readonly Token[], sum: Sum, explicitOne: boolean): void => {
  let scale = sum.multiplier;
  while (scale >= 1000 && !sum.ordinal) {
    let at = sum.to;
    if (tokens[at]?.text === '.' && !tokens[at]?.gap && tokens[at + 1]?.kind === 'number') at++;
    const next = tokens[at];
    if (next === undefined || (!next.gap && next.kind !== 'number')) return;
    const bare =
      next.form?.kind === 'scale' && next.form.value < scale && next.form.bare === 'always' ? next.form : undefined;
    if (bare !== undefined) {
      sum.value += bare.value;
      sum.to = at + 1;
      scale = bare.value;
      continue;
    }
    const part = readSmall(tokens, at);
    if (part === undefined || part.value <= 0 || !Number.isInteger(part.value) || tokens[at]?.form?.kind === 'half')
      return;
    if (part.value >= 1000 || (tokens[at]?.kind === 'number' && isCode(tokens, at))) return;
    const multiplier = readMultiplier(tokens, part.to, part.spelled);
    if (multiplier !== undefined) {
      if (multiplier.value >= scale || multiplier.value < 1000) return;
      sum.value += part.value * multiplier.value;
      sum.to = multiplier.to;
      sum.money ||= multiplier.money;
      scale = multiplier.value;
      continue;
    }
    const after = tokens[part.to];
    if (after !== undefined && /^(?:%|процент)/.test(after.text)) return;
    if (part.ordinal) {
      if (!part.spelled) return;
      sum.ordinal = true;
    } else if (scale === 1e6 && isRoundHundreds(part.value) && !explicitOne) {
      if (isNotMoney(after)) return;
      sum.value += part.value * 1000;
      sum.to = part.to;
      return;
    } else if (!part.spelled && (part.value < 100 || isNotMoney(after) || after?.text === '-')) return;
    sum.value += part.value;
    sum.to = part.to;
    return;
  }
};

const isNegative = (tokens: readonly Token[], at: number): number => {
  const sign = tokens[at - 1];
  if (sign === undefined) return at;
  if (sign.text === 'минус') {
    return tokens[at - 2]?.text === '-' || tokens[at - 2]?.text === 'плюс' ? at : at - 1;
  }
  const token = tokens[at];
  if (sign.text !== '-' || token === undefined || token.gap) return at;
  const before = tokens[at - 2];
  if (before === undefined || before.text === '(' || before.text === ':' || before.text === '=') return at - 1;
  if (!sign.gap || before.kind !== 'word' || before.form !== undefined) return at;
  // «площадь -100» uses the dash as a colon; «этаж -1», «скидка -10%» mean it.
  const label = /^(?:площад|бюджет|цен|офис|аренд|ставк|метраж|стоимост|склад|помещени|итого|до$|от$)/.test(
    before.text,
  );
  return label && tokens[at + 1]?.text !== '%' ? at : at - 1;
};

const startOf = (tokens: readonly Token[], from: number): number => tokens[from]?.start ?? 0;
const endOf = (tokens: readonly Token[], to: number): number => tokens[to - 1]?.end ?? 0;

/** Removes the binary noise of products such as 1.1 × 10⁶; whole numbers have none. */
const exact = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(15)));

/** «с половиной» after a number: adds a half, a quarter or a third. */
const halfAfter = (tokens: readonly Token[], at: number): { value: number; to: number } | undefined => {
  const joint = tokens[at]?.text;
  if (joint !== 'с' && joint !== 'и') return undefined;
  const part = tokens[at + 1];
  if (part?.form?.kind !== 'part' || part.form.denominator !== undefined) return undefined;
  if (joint === 'и' && part.text !== 'половина' && part.text !== 'половиной') return undefined;
  return { value: part.form.value, to: at + 2 };
};

const TAILS = /^(?:лишним|лишком|хвостиком|хвостом|небольшим|копейками|гаком)$/;

const readDigitsOrWords = (tokens: readonly Token[], at: number): Numeral | undefined => {
  const token = tokens[at];
  if (token?.kind === 'number' && isCode(tokens, at)) return undefined;
  const small = readSmall(tokens, at);
  if (small === undefined) return undefined;
  const negativeFrom = small.ordinal && tokens[at - 1]?.text !== 'минус' ? at : isNegative(tokens, at);
  const sign = negativeFrom < at ? -1 : 1;
  let { value, to } = small;
  let fraction = false;
  let ordinal = small.ordinal;
  let atLeast = false;
  if (!small.spelled) {
    const suffix = literalSuffix(tokens, to);
    if (suffix !== undefined) {
      to = suffix.to;
      ordinal = suffix.ordinal;
    }
  }
  if (!ordinal) {
    const part = readFraction(tokens, to, value, small);
    if (part !== undefined) {
      value = part.value;
      to = part.to;
      fraction = part.share;
    }
  }
  let joined = halfAfter(tokens, to);
  if (joined !== undefined && !ordinal) {
    value += joined.value;
    to = joined.to;
  }
  const sum: Sum = { value, base: value, multiplier: 1, to, money: false, ordinal };
  const multiplier = ordinal ? undefined : readMultiplier(tokens, to, small.spelled);
  if (multiplier !== undefined) {
    sum.value = value * multiplier.value;
    sum.multiplier = multiplier.value;
    sum.to = multiplier.to;
    sum.money = multiplier.money;
    sum.ordinal = multiplier.ordinal;
    joined = halfAfter(tokens, sum.to);
    if (joined !== undefined) {
      sum.value += joined.value * multiplier.value;
      sum.to = joined.to;
    } else if (Number.isInteger(value)) addParts(tokens, sum, token?.text === 'один' || token?.text === 'одна');
  }
  if (tokens[sum.to]?.text === 'с' && TAILS.test(tokens[sum.to + 1]?.text ?? '')) atLeast = true;
  const plus = tokens[sum.to];
  if (plus?.text === '+' && !plus.gap && tokens[sum.to + 1]?.kind !== 'number') atLeast = true;
  return {
    value: sign * exact(sum.value),
    base: sign * value,
    multiplier: sum.multiplier,
    from: negativeFrom,
    to: sum.to,
    start: startOf(tokens, negativeFrom),
    end: endOf(tokens, sum.to),
    ordinal: sum.ordinal,
    spelled: small.spelled,
    money: sum.money,
    approximate: false,
    atLeast,
    atMost: false,
    fraction,
  };
};

const readOpener = (tokens: readonly Token[], at: number): Numeral | undefined => {
  const opener =
    invertedMultiplier(tokens, at, readSmall) ?? bareMultiplier(tokens, at) ?? pair(tokens, at) ?? half(tokens, at);
  if (opener === undefined) return undefined;
  const sum: Sum = {
    value: opener.value,
    base: opener.base,
    multiplier: opener.multiplier,
    to: opener.to,
    money: opener.money,
    ordinal: false,
  };
  const joined = opener.multiplier > 1 ? halfAfter(tokens, opener.to) : undefined;
  if (joined !== undefined) {
    sum.value += joined.value * opener.multiplier;
    sum.to = joined.to;
  } else if (opener.extends) addParts(tokens, sum, false);
  return {
    value: exact(sum.value),
    base: sum.base,
    multiplier: sum.multiplier,
    from: at,
    to: sum.to,
    start: startOf(tokens, at),
    end: endOf(tokens, sum.to),
    ordinal: sum.ordinal,
    spelled: true,
    money: sum.money,
    approximate: opener.approximate,
    atLeast: false,
    atMost: opener.atMost === true,
    fraction: opener.fraction,
  };
};

/** More numbers than any message states; the rest of a pasted table is not read, so that time stays bounded. */
const MAX_NUMERALS = 500;

/** The first 500 numbers of the token stream, left to right, not overlapping; set phrases that state no number are left out. */
export const readNumerals = (tokens: readonly Token[]): Numeral[] => {
  const numerals: Numeral[] = [];
  let at = 0;
  while (at < tokens.length && numerals.length < MAX_NUMERALS) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'symbol' || token.kind === 'claimed') {
      at++;
      continue;
    }
    const numeral =
      (token.kind === 'number' || token.form !== undefined ? readDigitsOrWords(tokens, at) : undefined) ??
      readOpener(tokens, at);
    if (numeral === undefined) {
      at++;
      continue;
    }
    const idiom = numeral.spelled ? isIdiom(tokens, numeral) : 0;
    if (idiom === 0) numerals.push(numeral);
    at = Math.max(numeral.to, idiom, at + 1);
  }
  return numerals;
};
