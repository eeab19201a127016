import { LOOKALIKES } from './fold.js';
import { readLiteral } from './literal.js';
import { correctNumeral, splitNumerals } from './misspelling.js';
import type { NumeralForm } from './numeral-form.js';
import { NUMERALS } from './numeral-table.js';
import type { Token, TokenKind } from './token.js';

/** A stretch of text that is something else as a whole: a phone, a link, a date in digits. */
export interface Claim {
  readonly start: number;
  readonly end: number;
}

const FRACTIONS: Readonly<Record<string, number>> = {
  '½': 0.5,
  '¼': 0.25,
  '¾': 0.75,
  '⅓': 1 / 3,
  '⅔': 2 / 3,
  '⅕': 0.2,
  '⅛': 0.125,
};

/** Latin letters read as Cyrillic ones in a numeral, «cтo», «тыc»: also those drawn alike in handwriting only. */
const CYRILLIC_READINGS: Readonly<Record<string, string>> = { ...LOOKALIKES, u: 'и', n: 'п', r: 'г' };

/** Words after which a number may be glued: «до150», «этаж3». */
const SPLIT_BEFORE_DIGITS = new Set(
  'от до по около за на из под свыше более менее этаж площадь бюджет офис офиса склад цена руб метров примерно минимум максимум лот эт порядка'.split(
    ' ',
  ),
);

const isCyrillic = (code: number): boolean => code >= 0x0430 && code <= 0x044f;
const isLatin = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean =>
  isCyrillic(code) || isLatin(code) || (code >= 0xc0 && code <= 0x24f && code !== 0xd7);

const cyrillicSpelling = (word: string): string => {
  let out = '';
  for (const char of word) out += CYRILLIC_READINGS[char] ?? char;
  return out;
};

const isMixed = (word: string): boolean => {
  let latin = false;
  let cyrillic = false;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (isLatin(code)) latin = true;
    else if (isCyrillic(code)) cyrillic = true;
  }
  return latin && cyrillic;
};

const formOf = (word: string): NumeralForm | undefined => NUMERALS.get(word) ?? correctNumeral(word);

const push = (
  tokens: Token[],
  kind: TokenKind,
  text: string,
  start: number,
  end: number,
  gap: boolean,
  value: number,
  form?: NumeralForm,
): void => {
  tokens.push({ kind, text, start, end, gap, value, form });
};

const pushWord = (tokens: Token[], raw: string, start: number, gap: boolean): void => {
  const word = isMixed(raw) ? cyrillicSpelling(raw) : raw;
  const form = formOf(word);
  if (form === undefined) {
    const parts = splitNumerals(word);
    if (parts !== undefined) {
      let at = start;
      for (const part of parts) {
        push(tokens, 'word', part, at, at + part.length, at === start ? gap : true, Number.NaN, NUMERALS.get(part));
        at += part.length;
      }
      return;
    }
  }
  push(tokens, 'word', word, start, start + raw.length, gap, Number.NaN, form);
};

const wordEnd = (text: string, from: number): number => {
  let end = from;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  return end;
};

/** End of a run of letters and digits («b2», «15к2с1» after its first letter), with a superscript if one follows. */
const alphanumericEnd = (text: string, from: number): number => {
  let end = from;
  while (end < text.length && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
  return end;
};

const scanWord = (tokens: Token[], text: string, start: number, gap: boolean): number => {
  const letters = wordEnd(text, start);
  const next = text.charCodeAt(letters);
  if (next === 0xb2 || next === 0xb3) {
    push(tokens, 'word', text.slice(start, letters) + (next === 0xb2 ? '2' : '3'), start, letters + 1, gap, Number.NaN);
    return letters + 1;
  }
  if (isDigit(next)) {
    const prefix = text.slice(start, letters);
    if (SPLIT_BEFORE_DIGITS.has(prefix) || prefix === 'х' || prefix === 'x' || NUMERALS.get(prefix)?.kind === 'scale') {
      push(tokens, 'word', prefix, start, letters, gap, Number.NaN, NUMERALS.get(prefix));
      return letters;
    }
    const end = alphanumericEnd(text, letters);
    push(tokens, 'word', text.slice(start, end), start, end, gap, Number.NaN);
    return end;
  }
  pushWord(tokens, text.slice(start, letters), start, gap);
  return letters;
};

/** Cuts folded text into words, number literals and symbols in one pass; claimed stretches become single tokens. */
export const scanTokens = (text: string, claims: readonly Claim[]): Token[] => {
  const tokens: Token[] = [];
  let gap = false;
  let claimIndex = 0;
  let i = 0;
  while (i < text.length) {
    const claim = claims[claimIndex];
    if (claim !== undefined && i >= claim.start) {
      if (claim.end > i) {
        push(tokens, 'claimed', text.slice(i, claim.end), i, claim.end, gap, Number.NaN);
        i = claim.end;
        gap = false;
      }
      claimIndex++;
      continue;
    }
    const code = text.charCodeAt(i);
    if (code === 32) {
      gap = true;
      i++;
      continue;
    }
    if (isLetter(code)) {
      i = scanWord(tokens, text, i, gap);
    } else if (isDigit(code)) {
      const literal = readLiteral(text, i);
      const after = FRACTIONS[text.charAt(literal.end)];
      const end = after === undefined ? literal.end : literal.end + 1;
      push(tokens, 'number', text.slice(i, end), i, end, gap, literal.value + (after ?? 0));
      i = end;
    } else {
      const char = text.charAt(i);
      const fraction = FRACTIONS[char];
      if (fraction !== undefined) push(tokens, 'number', char, i, i + 1, gap, fraction);
      else if (char === '.' && isDigit(text.charCodeAt(i + 1)) && (gap || i === 0)) {
        const literal = readLiteral(text, i + 1);
        push(
          tokens,
          'number',
          text.slice(i, literal.end),
          i,
          literal.end,
          gap,
          Number(`0.${text.slice(i + 1, literal.end)}`),
        );
        i = literal.end - 1;
      } else if (char === '.' && text.startsWith('..', i + 1)) {
        push(tokens, 'symbol', '…', i, i + 3, gap, Number.NaN);
        i += 2;
      } else if (char === '.' && text.charAt(i + 1) === '.') {
        push(tokens, 'symbol', '…', i, i + 2, gap, Number.NaN);
        i += 1;
      } else push(tokens, 'symbol', char, i, i + 1, gap, Number.NaN);
      i++;
    }
    gap = false;
  }
  return tokens;
};
