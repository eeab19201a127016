import type { Utterance } from '../utterance/utterance.js';
import { conceptOf } from './concepts.js';

/** Hash buckets of the intent model; a power of two. */
export const BUCKETS = 1 << 15;
/** Words read: what a long letter wants stands in its first sentences, and the bound keeps reading time short. */
const MOST_WORDS = 60;
const STEM = 6;
/** Concepts of one message that are paired with each other. */
const MOST_CONCEPTS = 8;

/** What the rest of the reading adds to the words of a message. */
export interface IntentEvidence {
  /** A phone number stands in the message. */
  phone?: boolean;
  /** How many of kind, place, area, budget and deal the message gives. */
  searchSlots?: number;
  /** The client sells or lets premises. */
  owner?: boolean;
  /** Names of the slots the message fills. */
  filled?: readonly string[];
}

const PRIME = 0x01000193;
const started = (family: number): number => (0x811c9dc5 ^ family) | 0;
const bucketOf = (h: number): number => (h ^ (h >>> 15)) & (BUCKETS - 1);

/** FNV-1a over UTF-16 units, seeded by the family of the feature so that a word and a letter run of one spelling differ. */
function hash(family: number, text: string): number {
  let h = started(family);
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME);
  return bucketOf(h);
}

const bare = (form: string): string => {
  if (form.charCodeAt(0) <= 57) return '#';
  return form.length > STEM ? form.slice(0, STEM) : form;
};

/** When each bucket was last added, by message: a set that costs nothing to empty. */
const STAMPS = new Uint32Array(BUCKETS);
let stamp = 0;

/** Buckets of one message, each once. */
class Buckets {
  readonly list: number[] = [];

  constructor() {
    stamp = (stamp + 1) >>> 0;
    if (stamp === 0) {
      STAMPS.fill(0);
      stamp = 1;
    }
  }

  add(bucket: number): void {
    if (STAMPS[bucket] === stamp) return;
    STAMPS[bucket] = stamp;
    this.list.push(bucket);
  }
}

/**
 * Hashed features of one message: stems, pairs of stems, letter runs of 3–5 inside framed words, the length, the question mark,
 * what slots it fills and what the rules say of it (`byRules`). Each bucket appears once.
 */
export function intentFeatures(utterance: Utterance, evidence: IntentEvidence, byRules: string): number[] {
  const seen = new Buckets();
  const words = utterance.words.length > MOST_WORDS ? utterance.words.slice(0, MOST_WORDS) : utterance.words;
  let previous = '<';
  let subject = '<';
  const met: string[] = [];
  for (const { form } of words) {
    const stem = bare(form);
    seen.add(hash(1, stem));
    seen.add(hash(2, `${previous} ${stem}`));
    previous = stem;
    const concept = stem === '#' ? '#' : conceptOf(form);
    if (concept !== undefined) {
      seen.add(hash(10, concept));
      if (!met.includes(concept) && met.length < MOST_CONCEPTS) {
        for (const other of met) seen.add(hash(12, other < concept ? `${other} ${concept}` : `${concept} ${other}`));
        met.push(concept);
      }
      if (subject !== concept) seen.add(hash(11, `${subject} ${concept}`));
      subject = concept;
    }
    if (stem === '#') continue;
    const framed = ` ${form} `;
    for (let i = 0; i + 3 <= framed.length; i++) {
      let h = started(3);
      for (let j = i; j < i + 5 && j < framed.length; j++) {
        h = Math.imul(h ^ framed.charCodeAt(j), PRIME);
        if (j >= i + 2) seen.add(bucketOf(h));
      }
    }
  }
  seen.add(hash(2, `${previous} >`));
  seen.add(hash(4, words.length > 6 ? 'long' : String(words.length)));
  if (utterance.question) seen.add(hash(5, '?'));
  seen.add(hash(6, byRules));
  seen.add(hash(7, String(Math.min(evidence.searchSlots ?? 0, 4))));
  if (evidence.phone) seen.add(hash(8, 'phone'));
  if (evidence.owner) seen.add(hash(8, 'owner'));
  for (const slot of evidence.filled ?? []) seen.add(hash(9, slot));
  return seen.list;
}
