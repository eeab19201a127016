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

/**
 * A message typed with the wrong keyboard layout («lf», «ytn») or in Latin letters («da», «ne nado») as Russian words,
 * when that makes more of its words known; else the utterance as it is. Offsets of the result mean nothing in the original.
 */
export function inRussian(utterance: Utterance, isKnown: (form: string) => boolean): Utterance {
  const { text, words } = utterance;
  if (words.length === 0 || words.length > 12) return utterance;
  const cyrillic = /[а-яё]/i.test(text);
  if (!cyrillic && !/[a-z]/i.test(text)) return utterance;
  const score = (candidate: Utterance) => candidate.words.filter((word) => isKnown(word.form)).length;
  const known = score(utterance);
  if (known > 0) return utterance;
  const readings = cyrillic
    ? [retype(text, BY_CYRILLIC_KEY)]
    : [transliterate(text), retype(text.replace(/[,.]+$/, ''), BY_KEY), retype(text, BY_KEY)];
  let best = utterance;
  let bestScore = 0;
  for (const reading of readings) {
    const candidate = readUtterance(reading);
    const value = score(candidate);
    if (value > bestScore) {
      best = candidate;
      bestScore = value;
    }
  }
  return bestScore * 2 >= best.words.length ? best : utterance;
}
