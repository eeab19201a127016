import { fold, type Word } from '../utterance/utterance.js';
import { caseForms } from './declension.js';
import { DIRECTIONS, DISTRICT_NAMES, DISTRICT_NICKNAMES, needsDistrictWord, OKRUGS } from './districts.js';
import { EVERYDAY_WORDS, STATION_NAMES, STATION_NICKNAMES } from './station-names.js';

/** What a sequence of words may name. */
export interface PlaceEntry {
  station?: string;
  district?: string;
  /** The name is an everyday word and needs evidence around it. */
  weakStation?: boolean;
  weakDistrict?: boolean;
  /** The form is one of the official name, not of a nickname. */
  official?: boolean;
}

const spaced = (name: string): string =>
  fold(name)
    .replace(/[-\s]+/g, ' ')
    .trim();

function build(): Map<string, PlaceEntry> {
  const entries = new Map<string, PlaceEntry>();
  const entryOf = (form: string): PlaceEntry => {
    let entry = entries.get(form);
    if (!entry) {
      entry = {};
      entries.set(form, entry);
    }
    return entry;
  };
  const addStation = (base: string, name: string, official: boolean) => {
    for (const form of caseForms(base)) {
      const entry = entryOf(form);
      if (official) entry.official = true;
      entry.station ??= name;
      if (EVERYDAY_WORDS.has(base)) entry.weakStation = true;
    }
  };
  for (const name of STATION_NAMES) addStation(spaced(name), name === 'Москва-Сити' ? 'Деловой центр' : name, true);
  for (const name of STATION_NAMES)
    if (name.startsWith('Улица ')) addStation(spaced(name).replace('улица', 'ул'), name, false);
  for (const [nickname, name] of Object.entries(STATION_NICKNAMES)) addStation(nickname, name, false);
  for (const name of DISTRICT_NAMES) {
    const base = spaced(name);
    for (const form of caseForms(base)) {
      const entry = entryOf(form);
      entry.district ??= name;
      if (needsDistrictWord(base)) entry.weakDistrict = true;
    }
  }
  for (const [form, name] of Object.entries(DISTRICT_NICKNAMES)) entryOf(form).district = name;
  for (const [name, forms] of Object.entries(OKRUGS)) {
    for (const form of forms) {
      const entry = entryOf(form);
      entry.district = name;
      if (DIRECTIONS.has(form)) entry.weakDistrict = true;
    }
  }
  return entries;
}

/** Folded words of every case form joined by single spaces → what they name. */
export const GAZETTEER: ReadonlyMap<string, PlaceEntry> = build();
export const LONGEST_PLACE = Math.max(...[...GAZETTEER.keys()].map((form) => form.split(' ').length));
const FIRST_WORDS: ReadonlySet<string> = new Set([...GAZETTEER.keys()].map((form) => form.split(' ')[0] ?? ''));
const LATER_WORDS: ReadonlySet<string> = new Set([...GAZETTEER.keys()].flatMap((form) => form.split(' ').slice(1)));
/** Whether some name of several words goes on with this word. */
export const continuesPlace = (form: string): boolean => LATER_WORDS.has(form);
export const startsPlace = (form: string): boolean => FIRST_WORDS.has(form);

const TYPO_LENGTH = 6;

function* deletions(word: string): Generator<string> {
  for (let i = 0; i < word.length; i++) yield word.slice(0, i) + word.slice(i + 1);
}

/** Whether one letter was dropped, added, replaced or two neighbours swapped. */
export function isOneTypoAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  if (endA - start <= 1 && endB - start <= 1) return true;
  return endA - start === 2 && endB - start === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}

function buildTypoIndex(): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const [form, entry] of GAZETTEER) {
    if (!entry.station || form.length < TYPO_LENGTH) continue;
    for (const key of new Set([form, ...deletions(form)])) {
      const forms = index.get(key);
      if (forms) forms.push(form);
      else index.set(key, [form]);
    }
  }
  return index;
}

/** Built at once: no client's first message should wait for it. */
const TYPO_INDEX: ReadonlyMap<string, readonly string[]> = buildTypoIndex();

/** The station whose name is one typo away, when exactly one is («белоруская», «павилецкой», «октябрское поле»). */
export function stationWithTypo(word: string): string | undefined {
  if (word.length < TYPO_LENGTH) return undefined;
  const names = new Set<string>();
  for (const key of [word, ...deletions(word)]) {
    for (const form of TYPO_INDEX.get(key) ?? []) {
      const name = GAZETTEER.get(form)?.station;
      if (name && isOneTypoAway(word, form)) names.add(name);
    }
  }
  if (names.size === 1) return [...names][0];
  // «павелетская»: one sound, two letters.
  return names.size === 0 && word.includes('тск') ? GAZETTEER.get(word.replace('тск', 'цк'))?.station : undefined;
}

/** The longest name that begins at a word, and how many words it takes. */
export function longestAt(words: readonly Word[], i: number): { entry: PlaceEntry; length: number } | undefined {
  const first = words[i];
  if (!first || !startsPlace(first.form)) return undefined;
  let key = '';
  let best: { entry: PlaceEntry; length: number } | undefined;
  for (let n = 1; n <= LONGEST_PLACE && i + n <= words.length; n++) {
    const word = words[i + n - 1];
    if (!word) break;
    key = n === 1 ? word.form : `${key} ${word.form}`;
    const entry = GAZETTEER.get(key);
    if (entry) best = { entry, length: n };
  }
  return best;
}
