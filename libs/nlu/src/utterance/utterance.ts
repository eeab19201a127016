import { LOOKALIKES } from '../numbers/fold.js';

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

/** Emoji and other pictures; the plain tests before it keep it off letters, digits and punctuation. */
const PICTURE = /^(?:\p{Extended_Pictographic}|[\u{1F44C}-\u{1F44F}])/u;
/** A message that is nothing but a dash: «-» answers no. */
const LONE_DASH = /^\s*[-–—]+[\s.!]*$/;

const isLatin = (code: number): boolean => code >= 97 && code <= 122;
const isCyrillic = (code: number): boolean => code >= 0x430 && code <= 0x44f;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isDash = (code: number): boolean => code === 45 || code === 0x2013 || code === 0x2014;
const isSpace = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f;
/** `, . ; : ! … \n` */
const isStop = (code: number): boolean =>
  code === 44 || code === 46 || code === 59 || code === 58 || code === 33 || code === 0x2026 || code === 10;

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

const CHANT = /^(?:да|ага|угу|ок|не|нет)(?:да|ага|угу|ок|не|нет)+$/;

function hasRun(form: string): boolean {
  for (let i = 1; i < form.length; i++) if (form.charCodeAt(i) === form.charCodeAt(i - 1)) return true;
  return false;
}

/** «дааа», «нееет», «угуууу»: letters repeated for feeling. Two in a row stay («длинный»), except at the end of short words. */
function shortenRuns(form: string): string {
  if (form.length >= 4 && form.length <= 24 && 'даоун'.includes(form.charAt(0)) && CHANT.test(form)) {
    const once = form.replace(/^(да|ага|угу|ок|нет|не)\1+$/, '$1');
    if (once !== form) return once;
  }
  if (!hasRun(form)) return form;
  const cut = form.replace(/([а-яa-z])\1{2,}/g, '$1');
  return cut.length <= 5 ? cut.replace(/([аеоуыяию])\1+/g, '$1') : cut;
}

/** «дa» with a Latin a: lookalikes inside a Cyrillic word are Cyrillic. */
function inOneScript(form: string): string {
  return form.replace(/[a-z]/g, (letter) => LOOKALIKES[letter] ?? letter);
}

/** Ends of one piece of `folded` that starts at `start`: a word of letters (and whether of two alphabets), a figure or a run of «+». */
class Scanner {
  end = 0;
  mixed = false;

  constructor(private readonly folded: string) {}

  /** Whether a word, figure or sign starts here; `end` is then where it stops. */
  take(start: number): boolean {
    const { folded } = this;
    const code = folded.charCodeAt(start);
    this.mixed = false;
    let end = start + 1;
    if (isCyrillic(code) || isLatin(code)) {
      let latin = isLatin(code);
      let cyrillic = !latin;
      for (let next = folded.charCodeAt(end); ; next = folded.charCodeAt(++end)) {
        if (isCyrillic(next)) cyrillic = true;
        else if (isLatin(next)) latin = true;
        else break;
      }
      this.mixed = latin && cyrillic;
    } else if (isDigit(code)) {
      while (isDigit(folded.charCodeAt(end))) end++;
      while ((folded.charCodeAt(end) === 44 || folded.charCodeAt(end) === 46) && isDigit(folded.charCodeAt(end + 1)))
        for (end += 2; isDigit(folded.charCodeAt(end)); ) end++;
    } else if (code === 43) {
      while (folded.charCodeAt(end) === 43) end++;
    } else if (code < 0xa0) {
      return false;
    } else {
      const picture = PICTURE.exec(folded.slice(start, start + 2));
      if (!picture) return false;
      end = start + picture[0].length;
    }
    this.end = end;
    return true;
  }
}

/** Cuts a message into words. Never throws; texts past {@link READ_LIMIT} characters are read up to it. */
export function readUtterance(text: string): Utterance {
  const read = text.length > READ_LIMIT ? text.slice(0, READ_LIMIT) : text;
  const folded = fold(read);
  const words: Word[] = [];
  const scanner = new Scanner(folded);
  let flat = ' ';
  let question = false;
  let pause = false;
  const add = (form: string, start: number, end: number): void => {
    if (pause && words.length > 0) question = false;
    const first = read.charAt(start);
    words.push({ form, start, end, afterPause: pause, capital: first !== folded.charAt(start) && first !== 'ё' });
    flat += `${form} `;
    pause = false;
    question = false;
  };
  for (let i = 0; i < folded.length; ) {
    const code = folded.charCodeAt(i);
    if (scanner.take(i)) {
      const form = folded.slice(i, scanner.end);
      add(shortenRuns(scanner.mixed ? inOneScript(form) : form), i, scanner.end);
      i = scanner.end;
      continue;
    }
    if (code === 63) {
      question = true;
      pause = true;
    } else if (code === 40 || code === 41) {
      if (pause && words.length > 0) question = false;
    } else if (isStop(code)) {
      pause = true;
    } else if (isDash(code)) {
      let end = i + 1;
      while (isDash(folded.charCodeAt(end))) end++;
      if (words.length === 0 && LONE_DASH.test(folded)) {
        add('-', i, end);
      } else if (isSpace(folded.charCodeAt(i - 1)) && isSpace(folded.charCodeAt(end))) pause = true;
      i = end;
      continue;
    }
    i++;
  }
  return { text: read, folded, words, flat, question };
}
