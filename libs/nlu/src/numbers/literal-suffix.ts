import type { Token } from './token.js';

const ORDINAL_HYPHENED =
  /^(?:й|я|е|го|му|м|ю|ей|ий|ый|ой|ого|ому|ая|ую|ое|ые|ых|ым|ом|ым|тый|той|тая|тое|того|ый|ий|ья|ье|его|ему|ем)$/;
const ORDINAL_GLUED = /^(?:й|я|го|му|ый|ой|ого|ому|ая|ую|ое|ый|ий)$/;
const CARDINAL = /^(?:х|ти|и|ми|мя|та|x|ух|ёх|ех|рых|ью|ста)$/;

export interface LiteralSuffix {
  to: number;
  ordinal: boolean;
}

/** Grammatical ending after digits: «2-й», «5-го», «2ой» (ordinal), «10-ти», «2-х», «2х» (cardinal). */
export const literalSuffix = (tokens: readonly Token[], at: number): LiteralSuffix | undefined => {
  const next = tokens[at];
  if (next === undefined || next.gap) return undefined;
  if (next.kind === 'word') {
    if (ORDINAL_GLUED.test(next.text)) return { to: at + 1, ordinal: true };
    if (CARDINAL.test(next.text)) return { to: at + 1, ordinal: false };
    return undefined;
  }
  const word = tokens[at + 1];
  if (next.text !== '-' || word?.kind !== 'word' || word.gap) return undefined;
  if (ORDINAL_HYPHENED.test(word.text)) return { to: at + 2, ordinal: true };
  if (CARDINAL.test(word.text)) return { to: at + 2, ordinal: false };
  return undefined;
};

/** One-letter words that may be glued to an amount: units and multipliers. */
const GLUED_LETTERS = new Set('м р к т г ч х л я й и m k t x p'.split(' '));
const GLUED_LATIN = new Set('sqm km rub usd eur mln kk m2 min bln mlrd pct ha year sq x'.split(' '));
const GLUED_WITH_DIGITS = /^(?:м2|m2|м3|m3|квм2|кв2)$/;
const PREPOSITIONS = new Set('от до по с на за из к в у о и а но не'.split(' '));

/** Mains voltages: «380в» is an amount, «15в» a house. */
const VOLTAGES = new Set([110, 127, 220, 230, 240, 380, 400]);

const LATIN = /^[a-z]/;

/** Digits that name a thing: «М-4», «3D», «1С», «2gis», «15к2», an account of twenty digits. */
export const isCode = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at];
  if (token === undefined || Number.isNaN(token.value)) return true;
  if (!token.gap && tokens[at - 1]?.kind === 'number') return true;
  const next = tokens[at + 1];
  if (next?.kind === 'word' && !next.gap && next.form === undefined) {
    const { text } = next;
    if (text.length === 1) {
      if (!GLUED_LETTERS.has(text) && !(text === 'в' && VOLTAGES.has(token.value))) return true;
    } else if (/\d/.test(text)) {
      if (!GLUED_WITH_DIGITS.test(text)) return true;
    } else if (LATIN.test(text) && !GLUED_LATIN.has(text)) return true;
  }
  if (next?.text === '_') return true;
  if (next?.text === '-' && !next.gap && tokens[at + 2]?.text === 'фз') return true;
  const hyphen = tokens[at - 1];
  if (token.gap || hyphen === undefined) return false;
  if (hyphen.text === '_') return true;
  const name = tokens[at - 2];
  if (hyphen.text !== '-' || hyphen.gap || name === undefined) return false;
  if (name.kind === 'word')
    return (
      name.text.length <= 3 &&
      name.form === undefined &&
      !PREPOSITIONS.has(name.text) &&
      !isUnitAfterNumber(tokens, at - 2)
    );
  return false;
};

/** «5м-7м», «100р-200р»: the letters belong to the number before them. */
const isUnitAfterNumber = (tokens: readonly Token[], at: number): boolean => tokens[at - 1]?.kind === 'number';
