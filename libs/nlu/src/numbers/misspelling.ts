import type { NumeralForm } from './numeral-form.js';
import { NUMERALS } from './numeral-table.js';

/** Shorter words have too many honest neighbours («срока» is one letter from «сорока»). */
const MIN_LENGTH = 6;

/** Everyday words one edit away from a numeral. */
const HONEST = new Set(
  'миллионер миллионеры тысячник шерстью четверг сотрудник десятник третьяк тристан вторник пятница пристав десятина'.split(
    ' ',
  ),
);

interface Candidate {
  readonly word: string;
  readonly form: NumeralForm;
}

const byPrefix = new Map<string, Candidate[]>();
for (const [word, form] of NUMERALS) {
  if (form.ordinal || form.kind === 'part' || form.kind === 'whole' || form.kind === 'group') continue;
  if (word.length < MIN_LENGTH || word.startsWith('сорок') || word.startsWith('лимон') || word.startsWith('арбуз'))
    continue;
  const prefix = word.slice(0, 2);
  const list = byPrefix.get(prefix);
  if (list === undefined) byPrefix.set(prefix, [{ word, form }]);
  else list.push({ word, form });
}

/** True when the words differ by one insertion, deletion, substitution or swap of neighbours. */
const oneEditApart = (a: string, b: string): boolean => {
  let head = 0;
  while (head < a.length && head < b.length && a.charCodeAt(head) === b.charCodeAt(head)) head++;
  if (a.length === b.length) {
    if (a.slice(head + 1) === b.slice(head + 1)) return true;
    return (
      a.charAt(head) === b.charAt(head + 1) &&
      a.charAt(head + 1) === b.charAt(head) &&
      a.slice(head + 2) === b.slice(head + 2)
    );
  }
  return a.length < b.length ? a.slice(head) === b.slice(head + 1) : a.slice(head + 1) === b.slice(head);
};

/** A cardinal of six letters or more written with one slip of the pen; undefined when two numerals are equally near. */
export const correctNumeral = (word: string): NumeralForm | undefined => {
  if (word.length < MIN_LENGTH || word.length > 16) return undefined;
  const candidates = byPrefix.get(word.slice(0, 2));
  if (candidates === undefined || HONEST.has(word)) return undefined;
  let found: NumeralForm | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.word.length - word.length) > 1 || !oneEditApart(word, candidate.word)) continue;
    if (found !== undefined && found.value !== candidate.form.value) return undefined;
    found ??= candidate.form;
  }
  return found;
};

/** Splits numerals written together («стопятьдесят», «двадцатьпять»); undefined when the word is anything else. */
export const splitNumerals = (word: string): readonly string[] | undefined => {
  if (word.length < 7 || word.length > 40) return undefined;
  const parts: string[] = [];
  let from = 0;
  while (from < word.length) {
    let end = word.length;
    while (end - from >= 3) {
      const form = NUMERALS.get(word.slice(from, end));
      if (
        form !== undefined &&
        form.kind !== 'group' &&
        form.kind !== 'part' &&
        !(parts.length === 0 && form.kind === 'scale')
      )
        break;
      end--;
    }
    if (end - from < 3 || parts.length === 6) return undefined;
    parts.push(word.slice(from, end));
    from = end;
  }
  return parts.length > 1 ? parts : undefined;
};
