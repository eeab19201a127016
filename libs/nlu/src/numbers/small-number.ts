import type { NumeralForm } from './numeral-form.js';
import type { Token } from './token.js';

/** A number below a thousand (or a half such as 1.5 and 500 000) at the start of a numeral. */
export interface SmallNumber {
  value: number;
  to: number;
  ordinal: boolean;
  spelled: boolean;
  /** Decimal place of the last word read: 3 hundreds, 2 tens, 1 units; 0 for digits. */
  rank: number;
}

const RANK: Partial<Record<NumeralForm['kind'], number>> = { hundreds: 3, tens: 2, teen: 1.5, unit: 1 };

/** Whether the token continues a spelled number: only white space before it, or the hyphen of «двадцать-пять». */
const continues = (tokens: readonly Token[], at: number, rank: number): number => {
  const token = tokens[at];
  if (token === undefined) return -1;
  if (token.form !== undefined && token.gap) return at;
  if (token.text !== '-' || token.gap || rank !== 2) return -1;
  const next = tokens[at + 1];
  return next?.form?.kind === 'unit' && !next.gap ? at + 1 : -1;
};

/** «пять десят», «пят сот»: a round number torn in two. */
const torn = (tokens: readonly Token[], at: number, form: NumeralForm): { value: number; to: number } | undefined => {
  const next = tokens[at + 1];
  if (next === undefined || next.form !== undefined || !next.gap || form.kind !== 'unit' || form.value < 2)
    return undefined;
  if (next.text === 'десят' && form.value >= 5) return { value: form.value * 10, to: at + 2 };
  if (/^(?:сот|сти|ста)$/.test(next.text)) return { value: form.value * 100, to: at + 2 };
  return undefined;
};

/** Reads «сто двадцать пять», «девятнадцатый», «полтора»; stops where the places no longer descend. */
export const spelledSmall = (tokens: readonly Token[], from: number): SmallNumber | undefined => {
  const first = tokens[from]?.form;
  if (first === undefined) return undefined;
  if (first.kind === 'zero' || first.kind === 'half') {
    return {
      value: first.value,
      to: from + 1,
      ordinal: first.ordinal,
      spelled: true,
      rank: first.kind === 'half' ? 4 : 0,
    };
  }
  if (first.kind === 'part') {
    return first.denominator === undefined
      ? { value: first.value, to: from + 1, ordinal: false, spelled: true, rank: 5 }
      : undefined;
  }
  if (first.kind === 'scale' && first.ordinal)
    return { value: first.value, to: from + 1, ordinal: true, spelled: true, rank: 0 };
  let value = 0;
  let rank = 4;
  let at = from;
  for (;;) {
    const token = tokens[at];
    const form = token?.form;
    const place = form === undefined ? undefined : RANK[form.kind];
    if (form === undefined || place === undefined || place >= rank || (place === 1.5 && rank < 3)) break;
    const split = torn(tokens, at, form);
    if (split !== undefined) {
      value += split.value;
      at = split.to;
      rank = split.value >= 100 ? 3 : 2;
    } else {
      value += form.value;
      rank = place === 1.5 ? 1 : place;
      at++;
      if (form.ordinal) return { value, to: at, ordinal: true, spelled: true, rank };
    }
    const next = continues(tokens, at, rank);
    if (next < 0) break;
    if (next !== at) {
      const joined = tokens[next]?.form;
      if (joined === undefined || 1 >= rank) break;
    }
    const candidate = tokens[next]?.form;
    const nextPlace = candidate === undefined ? undefined : RANK[candidate.kind];
    if (nextPlace === undefined || nextPlace >= rank || (nextPlace === 1.5 && rank < 3)) break;
    at = next;
  }
  return at === from ? undefined : { value, to: at, ordinal: false, spelled: true, rank };
};

const DECIMAL_PARTS: readonly (readonly [RegExp, number])[] = [
  [/^десят(?:ых|ая|ой|ую|ыми|ым)$/, 10],
  [/^сот(?:ых|ая|ой|ую|ыми|ым)$/, 100],
  [/^тысячн(?:ых|ая|ой|ую|ыми|ым)$/, 1000],
];

const decimalPart = (token: Token | undefined): number | undefined => {
  if (token?.kind !== 'word') return undefined;
  for (const [pattern, value] of DECIMAL_PARTS) if (pattern.test(token.text)) return value;
  return undefined;
};

/** A cardinal below a thousand at `at`, in words or digits. */
const cardinal = (tokens: readonly Token[], at: number): SmallNumber | undefined => {
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (token.kind === 'number') return { value: token.value, to: at + 1, ordinal: false, spelled: false, rank: 0 };
  const small = spelledSmall(tokens, at);
  return small === undefined || small.ordinal || small.rank >= 4 ? undefined : small;
};

/** Digits after a spelled decimal point: «ноль пять» → "05", «сорок» → "40". */
const spelledDigits = (tokens: readonly Token[], from: number): { digits: string; to: number } | undefined => {
  let digits = '';
  let at = from;
  while (digits.length < 9) {
    const zero = tokens[at]?.form?.kind === 'zero';
    const part = cardinal(tokens, at);
    if (part === undefined) break;
    digits += String(part.value);
    at = part.to;
    if (!zero) break;
  }
  return digits === '' ? undefined : { digits, to: at };
};

export interface FractionReading {
  value: number;
  to: number;
  /** A share such as 2/3, as opposed to a decimal. */
  share: boolean;
}

const readWholeAnd = (tokens: readonly Token[], at: number, whole: number): FractionReading => {
  let next = at + 1;
  if (tokens[next]?.text === 'и') next++;
  const part = cardinal(tokens, next);
  if (part === undefined) return { value: whole, to: at + 1, share: false };
  const denominator = decimalPart(tokens[part.to]);
  if (denominator !== undefined) return { value: whole + part.value / denominator, to: part.to + 1, share: false };
  const digits = spelledDigits(tokens, next);
  if (digits === undefined) return { value: whole, to: at + 1, share: false };
  return { value: Number(`${whole}.${digits.digits}`), to: digits.to, share: false };
};

const slashFraction = (tokens: readonly Token[], to: number, value: number): FractionReading | undefined => {
  const slash = tokens[to];
  const below = tokens[to + 1];
  if (slash?.text !== '/' || slash.gap || below?.kind !== 'number' || below.gap) return undefined;
  if (
    !(value > 0 && value < below.value && below.value <= 10) ||
    !Number.isInteger(value) ||
    !Number.isInteger(below.value)
  )
    return undefined;
  if (tokens[to - 2]?.text === '/' || tokens[to + 2]?.text === '/') return undefined;
  if (/^эт(?:аж.*)?$/.test(tokens[to - 2]?.text ?? '') || /^эт(?:аж.*)?$/.test(tokens[to + 2]?.text ?? ''))
    return undefined;
  return { value: value / below.value, to: to + 2, share: true };
};

const DENOMINATOR_LIMIT = 20;

/**
 * What follows a number and makes it a fraction: «две целых три десятых», «ноль точка ноль пять», «пять десятых», «две трети», `2/3`.
 * `small` is the number read, `value` its value, `to` the token after it.
 */
export const readFraction = (
  tokens: readonly Token[],
  to: number,
  value: number,
  small: SmallNumber,
): FractionReading | undefined => {
  const next = tokens[to];
  if (next === undefined) return undefined;
  if (!small.spelled && next.text === '/') return slashFraction(tokens, to, value);
  if (next.kind !== 'word' || small.rank >= 4) return undefined;
  // «девяносто девять и девять десятых»
  if (next.text === 'и' && small.spelled && Number.isInteger(value)) {
    const part = cardinal(tokens, to + 1);
    const denominator = part === undefined ? undefined : decimalPart(tokens[part.to]);
    if (part?.spelled && denominator !== undefined && part.value < denominator)
      return { value: value + part.value / denominator, to: part.to + 1, share: false };
  }
  if (next.form?.kind === 'whole') return readWholeAnd(tokens, to, value);
  if (next.text === 'точка' || next.text === 'запятая') {
    const digits = spelledDigits(tokens, to + 1);
    return digits === undefined
      ? undefined
      : { value: Number(`${value}.${digits.digits}`), to: digits.to, share: false };
  }
  const decimal = decimalPart(next);
  const denominator = next.form?.denominator;
  if (decimal !== undefined && denominator !== undefined && value > 0) {
    return { value: value / decimal, to: to + 1, share: true };
  }
  const form = next.form;
  if (form === undefined || denominator === undefined || !small.spelled || !Number.isInteger(value)) return undefined;
  const below = form.kind === 'part' ? Math.round(1 / form.value) : form.value;
  if (below < 2 || below > DENOMINATOR_LIMIT || value >= below) return undefined;
  if (denominator === 'singular' && value !== 1) return undefined;
  if (denominator === 'plural' && value === 1) return undefined;
  return { value: value / below, to: to + 1, share: true };
};
