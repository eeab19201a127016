/** Letters that recognisers put for digits, and the digits. */
const DIGIT_LOOKALIKES: Readonly<Record<string, string>> = {
  О: '0',
  о: '0',
  O: '0',
  o: '0',
  З: '3',
  з: '3',
  б: '6',
  l: '1',
  I: '1',
  '|': '1',
  І: '1',
  S: '5',
  В: '8',
  B: '8',
  Ч: '4',
};
const LOOKALIKE = `[${Object.keys(DIGIT_LOOKALIKES).join('')}]`;

/** A word of digits with a look-alike among them: «1О5,З», «2Зб». At least as many digits as letters, so that «1В» stays. */
const SPOILT_NUMBER = new RegExp(
  `(?<![\\p{L}\\d])(?=[^\\s]*\\d)(?:\\d|${LOOKALIKE})+(?:[.,](?:\\d|${LOOKALIKE})+)?(?![\\p{L}\\d])`,
  'gu',
);

/** A square metre after a number, with whatever was made of its exponent: «м?», «м2», «M²», «м’», «м^2», «мг». */
const SQUARE_METRES = /(?<=\d)(\s*)[мМmM]{1,2}(?:\s?[²2?*°’'"”“`»]|\^2|г(?!\p{L}))[?’'"”]?(?![\p{L}\d])/gu;
/** The same where no number stands before it: «руб./м?», «за м2», «за кв м». */
const PER_SQUARE_METRE = /(?<=(?:за|\/|в|с)\s?)[мМmM]\s?[²2?*°^’'"”“]{1,2}(?![\p{L}\d])/gu;

/** Cyrillic letters that look like Latin ones, and the Latin ones. */
const LATIN_TO_CYRILLIC: Readonly<Record<string, string>> = {
  A: 'А',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  T: 'Т',
  X: 'Х',
  a: 'а',
  c: 'с',
  e: 'е',
  o: 'о',
  p: 'р',
  x: 'х',
  y: 'у',
  k: 'к',
  m: 'м',
  u: 'и',
  n: 'п',
  r: 'г',
};

/**
 * Mends what recognisers commonly get wrong in Russian ads and plans: Latin letters inside Cyrillic words, letters inside numbers,
 * the exponent of square metres, the sign of the rouble. Changes nothing else.
 */
export function repairText(text: string): string {
  return text
    .split('\n')
    .map((line) => repairLine(line))
    .join('\n');
}

function repairLine(line: string): string {
  return line
    .replace(/(?<![\p{L}\d])\p{L}+6\p{L}*(?![\p{L}\d])/gu, wordWithSix)
    .replace(/[\p{L}]+/gu, mixedWord)
    .replace(HOUSE_LETTER, (letter) => (isRussian(line) ? (LATIN_TO_CYRILLIC[letter] ?? letter) : letter))
    .replace(/(?<=\d)[KКkCСc](?=\d)/gu, (letter) => (/[KКk]/u.test(letter) ? 'к' : 'с'))
    .replace(/(?<=\/\s?)r[oо][gд](?!\p{L})/gu, 'год')
    .replace(/(?<=\d-)[HНiu](?=\s+этаж)/gu, 'й')
    .replace(SPOILT_NUMBER, spoiltNumber)
    .replace(SQUARE_METRES, '$1м²')
    .replace(PER_SQUARE_METRE, 'м²')
    .replace(/(?<=(?:\d{3}|тыс\.?|млн\.?|млрд\.?)\s?)[PР](?=\s*(?:$|[/.,;]|за|в\s|мес))/gu, '₽')
    .replace(/(?<=\d)\s?р[уy]6(?=\.|\b)/giu, ' руб');
}

/** A capital at the end of a number: «60A» of «д. 60А». */
const HOUSE_LETTER = /(?<=(?<!\d)\d{1,3})[ABCEHKMOPTX](?![\p{L}\d])/gu;

const isRussian = (line: string): boolean => (line.match(/\p{Script=Cyrillic}/gu)?.length ?? 0) > line.length / 3;

/** A word of both alphabets whose Latin letters all have Cyrillic doubles is Cyrillic. */
function mixedWord(word: string): string {
  const latin = word.match(/[A-Za-z]/g) ?? [];
  const cyrillic = word.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  if (latin.length === 0 || cyrillic < 2 || latin.some((letter) => !(letter in LATIN_TO_CYRILLIC))) return word;
  return word.replace(/[A-Za-z]/g, (letter) => LATIN_TO_CYRILLIC[letter] ?? letter);
}

/** «Ha6.», «раб6та»: a six inside a word of letters that are Cyrillic, or could be, is «б». */
function wordWithSix(word: string): string {
  const letters = [...word].map((letter) => (letter === '6' ? 'б' : (LATIN_TO_CYRILLIC[letter] ?? letter)));
  return word.length > 2 && letters.every((letter) => /\p{Script=Cyrillic}/u.test(letter)) ? letters.join('') : word;
}

function spoiltNumber(word: string): string {
  const digits = word.match(/\d/g)?.length ?? 0;
  const letters = word.match(/\p{L}|\|/gu)?.length ?? 0;
  if (letters === 0 || digits < 2 || letters > digits) return word;
  // «31А», «5Б», «B12»: a single capital at an end belongs to a number of a house or a lot.
  if (letters === 1 && /^\p{Lu}|\p{Lu}$/u.test(word)) return word;
  return word.replace(new RegExp(LOOKALIKE, 'g'), (letter) => DIGIT_LOOKALIKES[letter] ?? letter);
}
