import type { NumeralForm } from './numeral-form.js';

export type TokenKind = 'word' | 'number' | 'symbol' | 'claimed';

/** A piece of the folded text. `claimed` pieces (phones, links, dates in digits) are opaque to the numeral grammar. */
export interface Token {
  readonly kind: TokenKind;
  /** Folded text: lower case, `ё` → `е`, digits as written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** White space stands right before the token. */
  readonly gap: boolean;
  /** Value of a number literal; NaN for a literal that is a code (version, account). */
  readonly value: number;
  /** Numeral the word stands for, if it does. */
  readonly form: NumeralForm | undefined;
}
