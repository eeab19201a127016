import type { Entity, EntityType } from './entity.js';
import { isInn } from './inn.js';

const PHONE = /(?<![\d.,])(?:\+? ?7|8)[ \-.(]{0,3}\d{3}[ \-.)]{0,3}\d{3}[ \-.]{0,3}\d{2}[ \-.]{0,3}\d{2}(?!\d)/g;
const PHONE_LOOSE = /(?<![\d.,])(?:\+ ?7|8)(?:[ \-.()]{0,3}\d){10}(?!\d)/g;
const PHONE_WITHOUT_PREFIX = /(?<![\d.,])\(?9\d{2}\)?[ \-.]{0,2}\d{3}[ \-.]{0,2}\d{2}[ \-.]{0,2}\d{2}(?!\d)/g;
const PHONE_CITY = /(?<![\d.,])\(?(?:495|499|498|800|812)\)?[ \-.]{1,2}\d{3}[ \-.]{0,2}\d{2}[ \-.]{0,2}\d{2}(?!\d)/g;
const PHONE_SHORT = /(?<![\d.,-])\d{3}-\d{2}-\d{2}(?![\d-])/g;
const PHONE_FOREIGN = /(?<!\d)\+(?!7)\d{1,3}[ \-(]{0,2}\d{2,4}(?:[ \-)]{0,2}\d{2,4}){1,4}(?!\d)/g;
const DATE =
  /(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:(?:19|20)\d{2}|\d{2})(?![\d]|[./-]\d)(?: ?г(?:ода|\.|(?![а-я])))?/g;
const DATE_ISO = /(?<!\d)(?:19|20)\d{2}[.\-/](?:0[1-9]|1[0-2])[.\-/](?:0[1-9]|[12]\d|3[01])(?!\d)/g;
const DATE_SHORT =
  /(?<=(?:^|[^а-яa-z])(?:с|до|к|на|по|от|после|дата|числа|просмотр|показ|встреча|встречу|созвон) )(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])(?![\d.,]|\.\d| ?(?:м|тыс|лям|га|%|проц|ставк|руб|₽))/g;
const CLOCK = /(?<![\d:.])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d|:\d)/g;
const CLOCK_DOTTED =
  /(?<=(?:^|[^а-яa-z])(?:в|к|до|с|по|после|около) )(?:[01]?\d|2[0-3])[.\- ](?:00|15|30|45)(?![\d.,]\d|\d| ?(?:м|тыс|лям|га|к|%|проц|руб|₽|р(?![а-я])|кв))/g;
const CADASTRE = /(?<!\d)\d{2}:\d{2}:\d{5,7}:\d{1,6}(?!\d)/g;
const AROUND_THE_CLOCK = /(?<![\d/])(?:24\/7|24х7|24x7|24\/365|5\/2|2\/2|7\/0)(?![\d/])/g;
const QUARTER = /(?:(?<![\d])(?:20\d{2})[ -]?q[1-4]|q[1-4][ \-/']{0,2}(?:20\d{2}|\d{2})?)(?![\da-z])/g;
const QUARTER_SHORT =
  /(?<![\d.,])[1-4](?:-?(?:й|го|м|ый|ом))? ?кв(?:\.|артал[а-я]*)? ?(?:20[2-4]\d)(?!\d)(?: ?г(?:ода|\.|(?![а-я])))?/g;
const QUARTER_ROMAN =
  /(?<![a-zа-я])(?:i{1,3}v?|iv)[ -]{0,1}(?:кв(?:\.|артал[а-я]*)?)(?: ?(?:20[2-4]\d))?(?!\d)(?: ?г(?:ода|\.|(?![а-я])))?/g;
const BARE_INN = /(?<![\d.,])(?:\d{12}|\d{10})(?!\d)/g;

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** E.164 of a Russian number written with 10 or 11 digits; other digits are kept after the plus as written. */
export const toE164 = (text: string): string => {
  const digits = digitsOf(text);
  if (digits.length === 11 && (digits.startsWith('8') || digits.startsWith('7'))) return `+7${digits.slice(1)}`;
  if (digits.length === 10) return `+7${digits}`;
  return text.startsWith('+') ? `+${digits}` : digits;
};

const toIsoDate = (text: string): string => {
  const [a = '', b = '', c = ''] = text.split(/[./-]/).map((part) => digitsOf(part));
  if (a.length === 4) return `${a}-${b}-${c}`;
  const year = c === '' ? '' : `${c.length === 2 ? '20' : ''}${c}-`;
  return `${year}${b.padStart(2, '0')}-${a.padStart(2, '0')}`;
};

const toClock = (text: string): string => {
  const [hours = '', minutes = '00'] = text.split(/[:.\- ]/);
  return `${hours.padStart(2, '0')}:${minutes}`;
};

const ROMAN: Readonly<Record<string, number>> = { i: 1, ii: 2, iii: 3, iv: 4 };

const toQuarter = (text: string): string => {
  const year = /20\d{2}|(?<=q[1-4][ \-/']{0,2})\d{2}/.exec(text)?.[0] ?? '';
  const roman = /^[iv]+/.exec(text)?.[0];
  const latin = /q([1-4])/.exec(text)?.[1];
  const quarter = roman === undefined ? (latin ?? text.charAt(0)) : String(ROMAN[roman] ?? '');
  const full = year.length === 2 ? `20${year}` : year;
  return full === '' ? `Q${quarter}` : `${full}-Q${quarter}`;
};

/** Finds links and addresses of mail without backtracking: from the mark outwards to white space. */
const findLinks = (text: string, found: Entity[]): void => {
  for (const mark of ['@', '://', 'www.', 't.me/', '.ru/', '.com/']) {
    let at = text.indexOf(mark);
    while (at >= 0) {
      let start = at;
      let end = at + mark.length;
      while (start > 0 && !/[\s,;()<>]/.test(text.charAt(start - 1))) start--;
      while (end < text.length && !/[\s,;()<>]/.test(text.charAt(end))) end++;
      if (end - start > mark.length) found.push({ type: 'link', start, end, value: text.slice(start, end) });
      at = text.indexOf(mark, end);
    }
  }
};

const collect = (
  text: string,
  pattern: RegExp,
  type: EntityType,
  found: Entity[],
  normal: (match: string) => string,
  accept: (match: string) => boolean = () => true,
): void => {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [value] = match;
    if (accept(value)) found.push({ type, start: match.index, end: match.index + value.length, value: normal(value) });
  }
};

const same = (match: string): string => match;

const countDigits = (text: string): number => {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) count++;
  }
  return count;
};

const isAmountLike = (digits: string): boolean => /0{4,}$/.test(digits);

const collectPhones = (text: string, digits: number, found: Entity[]): void => {
  if (digits >= 10) {
    collect(text, PHONE, 'phone', found, toE164, (m) => !isAmountLike(digitsOf(m)) || /[+()-]/.test(m));
    collect(text, PHONE_LOOSE, 'phone', found, toE164, (m) => !isAmountLike(digitsOf(m)) || /[+()-]/.test(m));
    collect(text, PHONE_WITHOUT_PREFIX, 'phone', found, toE164, (m) => !isAmountLike(digitsOf(m)) || /[()-]/.test(m));
    collect(text, PHONE_CITY, 'phone', found, toE164, (m) => !isAmountLike(digitsOf(m)) || /[()-]/.test(m));
    collect(text, BARE_INN, 'inn', found, digitsOf, (m) => isInn(m) && !isAmountLike(m));
  }
  if (digits >= 9 && text.includes('+'))
    collect(text, PHONE_FOREIGN, 'phone', found, toE164, (m) => digitsOf(m).length >= 9);
  collect(text, PHONE_SHORT, 'phone', found, digitsOf);
};

/**
 * Everything that its written form alone gives away, on folded text: links, phones, INN, dates and times in digits, quarters, schedules.
 * Sorted, not overlapping; of two overlapping ones the earlier and longer stays.
 */
export const findPatterns = (text: string): Entity[] => {
  const found: Entity[] = [];
  const digits = countDigits(text);
  if (text.includes('@') || text.includes('/') || text.includes('www.')) findLinks(text, found);
  if (digits >= 7) collectPhones(text, digits, found);
  if (digits >= 2) {
    if (text.includes(':')) {
      collect(text, CADASTRE, 'requisite', found, same);
      collect(text, CLOCK, 'time', found, toClock);
    }
    if (digits >= 3) {
      if (/\d[./-]\d/.test(text)) {
        collect(text, DATE, 'date', found, toIsoDate);
        collect(text, DATE_ISO, 'date', found, toIsoDate);
        collect(text, AROUND_THE_CLOCK, 'schedule', found, same);
        collect(text, DATE_SHORT, 'date', found, toIsoDate);
      }
      if (/\d[.\- ][0134]/.test(text)) collect(text, CLOCK_DOTTED, 'time', found, toClock);
    }
    if (digits >= 2 && text.includes('24')) collect(text, AROUND_THE_CLOCK, 'schedule', found, same);
  }
  if (digits > 0 && text.includes('q')) collect(text, QUARTER, 'quarter', found, toQuarter);
  if (text.includes('кв')) {
    if (digits >= 5) collect(text, QUARTER_SHORT, 'quarter', found, toQuarter);
    if (text.includes('i')) collect(text, QUARTER_ROMAN, 'quarter', found, toQuarter);
  }
  if (found.length < 2) return found;
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Entity[] = [];
  for (const entity of found) if (entity.start >= (kept.at(-1)?.end ?? 0)) kept.push(entity);
  return kept;
};
