import type { Numeral } from '../numbers/numeral.js';
import { type Marking, takeSpan, textAt } from './mark.js';
import { toE164 } from './patterns.js';

const PHONE_WORD =
  /^(?:тел|телефон\S*|номер\S*|звоните|позвоните|моб|мобильн\S*|ватсап|вотсап|whatsapp|набирайте|перезвоните|наберите)$/;
const MAX_PARTS = 14;

const joins = (marking: Marking, left: Numeral, right: Numeral): boolean => {
  if (left.to === right.from) return true;
  const joint = textAt(marking.tokens, left.to);
  return right.from === left.to + 1 && (joint === '-' || joint === ',');
};

const isPart = (numeral: Numeral): boolean =>
  numeral.multiplier === 1 && !numeral.ordinal && Number.isInteger(numeral.value) && numeral.value >= 0;

const digitsOf = (marking: Marking, numeral: Numeral): string => {
  const token = marking.tokens[numeral.from];
  return token?.kind === 'number' ? token.text.replace(/\D/g, '') : String(numeral.value);
};

/** Marks phones told in words or in words and digits: «восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь». */
export const markSpokenPhones = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (let i = 0; i < numerals.length; i++) {
    const first = numerals[i];
    if (first === undefined || taken.has(first) || !isPart(first)) continue;
    let digits = digitsOf(marking, first);
    let last = i;
    for (let j = i + 1; j < numerals.length && j < i + MAX_PARTS && digits.length < 11; j++) {
      const previous = numerals[j - 1];
      const numeral = numerals[j];
      if (
        previous === undefined ||
        numeral === undefined ||
        !isPart(numeral) ||
        taken.has(numeral) ||
        !joins(marking, previous, numeral)
      )
        break;
      digits += digitsOf(marking, numeral);
      last = j;
    }
    const end = numerals[last];
    if (end === undefined || last === i || (digits.length !== 11 && digits.length !== 10 && digits.length !== 7))
      continue;
    const labelled = PHONE_WORD.test(textAt(tokens, first.from - 1)) || PHONE_WORD.test(textAt(tokens, first.from - 2));
    const full = digits.length === 11 && /^[78]/.test(digits) && (/^[78][3489]/.test(digits) || labelled);
    const short = digits.length === 10 && (digits.startsWith('9') || labelled) && last - i >= 3;
    const city = digits.length === 7 && labelled;
    if (full || short || city) {
      const plus = textAt(tokens, first.from - 1) === 'плюс' ? first.from - 1 : first.from;
      takeSpan(marking, 'phone', plus, end.to, toE164(digits));
      i = last;
    }
  }
};
