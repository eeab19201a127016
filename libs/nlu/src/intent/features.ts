import { Buckets } from '../learning/buckets.js';
import type { Utterance } from '../utterance/utterance.js';
import { conceptOf } from './concepts.js';

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

const bare = (form: string): string => {
  if (form.charCodeAt(0) <= 57) return '#';
  return form.length > STEM ? form.slice(0, STEM) : form;
};

/**
 * Hashed features of one message: stems, pairs of stems, letter runs of 3–4 inside framed words, the length, the question mark,
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
    seen.add(1, stem);
    seen.addPair(2, previous, stem);
    previous = stem;
    const concept = stem === '#' ? '#' : conceptOf(form);
    if (concept !== undefined) {
      seen.add(10, concept);
      if (!met.includes(concept) && met.length < MOST_CONCEPTS) {
        for (const other of met)
          if (other < concept) seen.addPair(12, other, concept);
          else seen.addPair(12, concept, other);
        met.push(concept);
      }
      if (subject !== concept) seen.addPair(11, subject, concept);
      subject = concept;
    }
    if (stem === '#') continue;
    seen.addRuns(3, form, 3, 4);
  }
  seen.addPair(2, previous, '>');
  seen.add(4, words.length > 6 ? 'long' : String(words.length));
  if (utterance.question) seen.add(5, '?');
  seen.add(6, byRules);
  seen.add(7, String(Math.min(evidence.searchSlots ?? 0, 4)));
  if (evidence.phone) seen.add(8, 'phone');
  if (evidence.owner) seen.add(8, 'owner');
  for (const slot of evidence.filled ?? []) seen.add(9, slot);
  return seen.list;
}
