import type { Utterance } from '../utterance/utterance.js';

/** Hash buckets of the intent model; a power of two. */
export const BUCKETS = 1 << 15;
/** Words read: what a long letter wants stands in its first sentences, and the bound keeps reading time short. */
const MOST_WORDS = 60;
const STEM = 6;

/** What the rest of the reading adds to the words of a message. */
export interface IntentEvidence {
  /** A phone number stands in the message. */
  phone?: boolean;
  /** How many of kind, place, area, budget and deal the message gives. */
  searchSlots?: number;
  /** Names of the slots the message fills. */
  filled?: readonly string[];
}

/** FNV-1a over UTF-16 units, seeded by the family of the feature so that a word and a letter run of one spelling differ. */
function hash(family: number, text: string, start = 0, end = text.length): number {
  let h = (0x811c9dc5 ^ family) >>> 0;
  for (let i = start; i < end; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return ((h ^ (h >>> 15)) >>> 0) & (BUCKETS - 1);
}

const bare = (form: string): string => {
  if (form.charCodeAt(0) <= 57) return '#';
  return form.length > STEM ? form.slice(0, STEM) : form;
};

/**
 * Hashed features of one message: stems, pairs of stems, letter runs of 3–5 inside framed words, the length, the question mark,
 * what slots it fills and what the rules say of it (`byRules`). Each bucket appears once.
 */
export function intentFeatures(utterance: Utterance, evidence: IntentEvidence, byRules: string): number[] {
  const seen = new Set<number>();
  const words = utterance.words.length > MOST_WORDS ? utterance.words.slice(0, MOST_WORDS) : utterance.words;
  let previous = '<';
  for (const { form } of words) {
    const stem = bare(form);
    seen.add(hash(1, stem));
    seen.add(hash(2, `${previous} ${stem}`));
    previous = stem;
    if (stem === '#') continue;
    const framed = ` ${form} `;
    for (let size = 3; size <= 5; size++)
      for (let i = 0; i + size <= framed.length; i++) seen.add(hash(3, framed, i, i + size));
  }
  seen.add(hash(2, `${previous} >`));
  seen.add(hash(4, words.length > 6 ? 'long' : String(words.length)));
  if (utterance.question) seen.add(hash(5, '?'));
  seen.add(hash(6, byRules));
  seen.add(hash(7, String(Math.min(evidence.searchSlots ?? 0, 4))));
  if (evidence.phone) seen.add(hash(8, 'phone'));
  for (const slot of evidence.filled ?? []) seen.add(hash(9, slot));
  return [...seen];
}
