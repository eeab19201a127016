import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import type { Entity, EntityType } from './entity.js';

/** Numerals of one text, some of which turn out to be parts of entities. */
export interface Marking {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly numerals: readonly Numeral[];
  readonly entities: Entity[];
  /** Numerals that are no amounts. */
  readonly taken: Set<Numeral>;
}

/** Index of the first numeral that starts at token `at` or later: numerals stand in order, so halving finds it. */
const firstFrom = (numerals: readonly Numeral[], at: number): number => {
  let low = 0;
  let high = numerals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numerals[middle]?.from ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The numeral that starts at token `at`, when `accepts` takes it. */
export const numeralAt = (
  numerals: readonly Numeral[],
  at: number,
  accepts: (numeral: Numeral) => boolean = () => true,
): Numeral | undefined => {
  const numeral = numerals[firstFrom(numerals, at)];
  return numeral?.from === at && accepts(numeral) ? numeral : undefined;
};

/** The numeral that ends right before token `at`, when `accepts` takes it. */
export const numeralBefore = (
  numerals: readonly Numeral[],
  at: number,
  accepts: (numeral: Numeral) => boolean,
): Numeral | undefined => {
  const numeral = numerals[firstFrom(numerals, at) - 1];
  return numeral?.to === at && accepts(numeral) ? numeral : undefined;
};

/** Takes the numerals whose tokens lie in `[from, to)` as parts of one entity. */
export const takeSpan = (marking: Marking, type: EntityType, from: number, to: number, value?: string): void => {
  const start = marking.tokens[from]?.start ?? 0;
  const end = marking.tokens[to - 1]?.end ?? start;
  const { numerals } = marking;
  for (let i = firstFrom(numerals, from); i < numerals.length; i++) {
    const numeral = numerals[i];
    if (numeral === undefined || numeral.from >= to) break;
    marking.taken.add(numeral);
  }
  marking.entities.push({ type, start, end, value: value ?? marking.text.slice(start, end) });
};

/** Folded text of the token, or an empty string. */
export const textAt = (tokens: readonly Token[], at: number): string => tokens[at]?.text ?? '';

/** A plain whole number without multiplier: a candidate for a day, an hour, a house. */
export const isPlain = (numeral: Numeral): boolean =>
  numeral.multiplier === 1 && !numeral.fraction && Number.isInteger(numeral.value) && numeral.value >= 0;
