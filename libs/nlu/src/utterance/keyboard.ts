import { readUtterance, type Utterance } from './utterance.js';

const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC_KEYS = 'йцукенгшщзхъфывапролджэячсмитьбюё';
const BY_KEY = new Map([...LATIN_KEYS].map((key, i) => [key, CYRILLIC_KEYS.charAt(i)] as const));
const BY_CYRILLIC_KEY = new Map([...CYRILLIC_KEYS].map((key, i) => [key, LATIN_KEYS.charAt(i)] as const));

const TRANSLITERATION: readonly (readonly [RegExp, string])[] = [
  [/shch|sch/g, 'щ'],
  [/sh/g, 'ш'],
  [/ch/g, 'ч'],
  [/zh/g, 'ж'],
  [/kh/g, 'х'],
  [/ts/g, 'ц'],
  [/yo|jo/g, 'е'],
  [/yu|ju/g, 'ю'],
  [/ya|ja/g, 'я'],
  [/ye|je/g, 'е'],
  [/(?<=[aeiouy])[yj]/g, 'й'],
  [/(?<=[aeou])i(?![a-z])/g, 'й'],
];
const LETTERS = new Map(
  [...'abcdefghijklmnopqrstuvwxyz'].map((latin, i) => [latin, 'абцдефгхийклмнопкрстуввхыз'.charAt(i)] as const),
);

/** The Russian letter on the key of a Latin one; other characters stay. */
export const keyOf = (char: string): string => BY_KEY.get(char) ?? char;

function retype(text: string, keys: ReadonlyMap<string, string>): string {
  let out = '';
  for (const char of text.toLowerCase()) out += keys.get(char) ?? char;
  return out;
}

function transliterate(text: string): string {
  let out = text.toLowerCase();
  for (const [pattern, letter] of TRANSLITERATION) out = out.replace(pattern, letter);
  return retype(out, LETTERS);
}

/** The words by which one reader of this lib knows that a message is in Russian. */
export class Vocabulary {
  /** How its Latin words look when the keyboard was left in the Russian layout: «ьутг» for menu. */
  private readonly mistyped: ReadonlySet<string>;

  constructor(private readonly words: ReadonlySet<string>) {
    const mistyped = new Set<string>();
    for (const word of words) {
      if (!/^[a-z]+$/.test(word)) continue;
      const typed = retype(word, BY_KEY);
      // A comma or full stop typed after it is a letter in that layout.
      for (const tail of ['', 'б', 'ю']) mistyped.add(typed + tail);
    }
    this.mistyped = mistyped;
  }

  has(form: string): boolean {
    return this.words.has(form);
  }

  isMistyped(form: string): boolean {
    return this.mistyped.has(form);
  }
}

const isCyrillic = (form: string): boolean => form.charCodeAt(0) >= 0x430 && form.charCodeAt(0) <= 0x44f;
const isLatin = (form: string): boolean => form.charCodeAt(0) >= 97 && form.charCodeAt(0) <= 122;

/**
 * A message typed with the wrong keyboard layout («lf», «ytn») or in Latin letters («da», «ne nado») as Russian words,
 * when that makes more of its words known; else the utterance as it is. Offsets of the result mean nothing in the original.
 * `isKnown` widens the vocabulary for messages in Latin letters.
 */
export function inRussian(
  utterance: Utterance,
  vocabulary: Vocabulary,
  isKnown: (form: string) => boolean = (form) => vocabulary.has(form),
): Utterance {
  const { text, words } = utterance;
  if (words.length === 0 || words.length > 12) return utterance;
  let cyrillic = false;
  let latin = false;
  let mistyped = false;
  for (const { form } of words) {
    if (vocabulary.has(form)) return utterance;
    if (isCyrillic(form)) {
      cyrillic = true;
      mistyped ||= vocabulary.isMistyped(form);
    } else if (isLatin(form)) latin = true;
  }
  if (cyrillic ? !mistyped : !latin) return utterance;
  const readings = cyrillic
    ? [retype(text, BY_CYRILLIC_KEY)]
    : [transliterate(text), retype(text.replace(/[,.]+$/, ''), BY_KEY), retype(text, BY_KEY)];
  let best = utterance;
  let bestScore = 0;
  for (const reading of readings) {
    const candidate = readUtterance(reading);
    const value = candidate.words.filter((word) => isKnown(word.form)).length;
    if (value > bestScore) {
      best = candidate;
      bestScore = value;
    }
  }
  return bestScore * 2 >= best.words.length ? best : utterance;
}
