/** One word, figure or sign of an utterance; `[start, end)` are UTF-16 offsets into the original text. */
export interface Word {
  /** Lower case, ё as е, long runs of one letter cut («дааа» → «да»). */
  form: string;
  start: number;
  end: number;
  /** A comma, full stop, colon or dash stands between this word and the previous one. */
  afterPause: boolean;
  /** The first letter is a capital in the original. */
  capital: boolean;
}

/** A message cut into words once; every reader of this lib works on it. */
export interface Utterance {
  text: string;
  /** Same length as `text`: lower case, ё as е. */
  folded: string;
  words: Word[];
  /** ` word word … `: words joined and framed by single spaces, so that patterns need no word boundaries. */
  flat: string;
  /** The last sentence ends with a question mark. */
  question: boolean;
}

/** Longer messages are read up to here: it bounds the time of every reader. */
export const READ_LIMIT = 1500;

const WORD =
  /[a-zа-я]+|\d+(?:[.,]\d+)*|\p{Extended_Pictographic}|[\u{1F44C}-\u{1F44F}]|[+]+|(?<=^\s*)[-–—]+(?=[\s.!]*$)|[?)(]/gu;
const PAUSE = /[,.;:!?…\n]|\s[-–—]+\s/;

/** Lower-cases and writes ё as е without moving any offset. */
export function fold(text: string): string {
  let folded = text.toLowerCase();
  if (folded.length !== text.length) {
    folded = '';
    for (let i = 0; i < text.length; i++) {
      const lower = text.charAt(i).toLowerCase();
      folded += lower.length === 1 ? lower : text.charAt(i);
    }
  }
  return folded.replace(/ё/g, 'е');
}

/** «дааа», «нееет», «угуууу»: letters repeated for feeling. Two in a row stay («длинный»), except at the end of short words. */
function shortenRuns(form: string): string {
  if (/^(?:да|ага|угу|ок|не|нет)(?:да|ага|угу|ок|не|нет)+$/.test(form) && /^(да|ага|угу|ок|не|нет)\1+$/.test(form))
    return form.replace(/^(да|ага|угу|ок|нет|не)\1+$/, '$1');
  const cut = form.replace(/([а-яa-z])\1{2,}/g, '$1');
  return cut.length <= 5 ? cut.replace(/([аеоуыяию])\1+/g, '$1') : cut;
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  y: 'у',
  x: 'х',
  k: 'к',
  m: 'м',
  t: 'т',
  h: 'н',
  b: 'в',
};

/** «дa» with a Latin a: lookalikes inside a Cyrillic word are Cyrillic. */
function inOneScript(form: string): string {
  if (!/[а-я]/.test(form) || !/[a-z]/.test(form)) return form;
  return form.replace(/[a-z]/g, (letter) => LOOKALIKES[letter] ?? letter);
}

/** Cuts a message into words. Never throws; texts past {@link READ_LIMIT} characters are read up to it. */
export function readUtterance(text: string): Utterance {
  const read = text.length > READ_LIMIT ? text.slice(0, READ_LIMIT) : text;
  const folded = fold(read);
  const words: Word[] = [];
  let flat = ' ';
  let last = 0;
  let question = false;
  let pause = false;
  for (const match of folded.matchAll(WORD)) {
    const start = match.index;
    const end = start + match[0].length;
    if (PAUSE.test(folded.slice(last, start))) pause = true;
    if (pause && words.length > 0) question = false;
    last = end;
    if (match[0] === '?') {
      question = true;
      pause = true;
      continue;
    }
    if (match[0] === '(' || match[0] === ')') continue;
    question = false;
    const form = shortenRuns(inOneScript(match[0]));
    const first = read.charAt(start);
    words.push({ form, start, end, afterPause: pause, capital: first !== first.toLowerCase() });
    pause = false;
    flat += `${form} `;
  }
  return { text: read, folded, words, flat, question };
}
