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

/** Takes the numerals whose tokens lie in `[from, to)` as parts of one entity. */
export const takeSpan = (marking: Marking, type: EntityType, from: number, to: number, value?: string): void => {
  const start = marking.tokens[from]?.start ?? 0;
  const end = marking.tokens[to - 1]?.end ?? start;
  for (const numeral of marking.numerals) {
    if (numeral.from >= to) break;
    if (numeral.from >= from) marking.taken.add(numeral);
  }
  marking.entities.push({ type, start, end, value: value ?? marking.text.slice(start, end) });
};

/** Folded text of the token, or an empty string. */
export const textAt = (tokens: readonly Token[], at: number): string => tokens[at]?.text ?? '';

/** A plain whole number without multiplier: a candidate for a day, an hour, a house. */
export const isPlain = (numeral: Numeral): boolean =>
  numeral.multiplier === 1 && !numeral.fraction && Number.isInteger(numeral.value) && numeral.value >= 0;
