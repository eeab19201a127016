import { Buckets } from '../learning/buckets.js';
import type { Utterance } from '../utterance/utterance.js';
import { type ConceptMention, conceptsOf } from './concepts.js';

const STEM = 5;
/** Concepts of one message that are paired with each other. */
const MOST_PAIRED = 10;
const MOST_FOREIGN = 4;

/**
 * Hashed features of one message for telling steps back and corrections: words and stems, pairs and triples of stems, stems after
 * a pause and at the start, letter runs of 3–4, the length, the question mark; concepts, their pairs and triples in order and their
 * pairs in any order. Each bucket appears once.
 */
export function backFeatures(utterance: Utterance, mentions = conceptsOf(utterance)): number[] {
  const { words, question } = utterance;
  const seen = new Buckets();
  let previous = '<';
  let beforePrevious = '<';
  for (const [i, { form, afterPause }] of words.entries()) {
    const isFigure = form.charCodeAt(0) <= 57;
    const word = isFigure ? '#' : form;
    const stem = word.length > STEM ? word.slice(0, STEM) : word;
    seen.add(1, word);
    seen.add(2, stem);
    seen.addPair(3, previous, stem);
    seen.addTriple(4, beforePrevious, previous, stem);
    if (afterPause) seen.add(5, stem);
    if (i === 0) seen.add(6, stem);
    if (!isFigure) seen.addRuns(7, form, 3, 4);
    beforePrevious = previous;
    previous = stem;
  }
  seen.addPair(3, previous, '>');
  seen.add(8, words.length > 8 ? 'long' : String(words.length));
  if (question) seen.add(9, '?');
  addConcepts(seen, mentions, question);
  return seen.list;
}

const isForeign = (concept: string): boolean => concept === 'other' || concept === 'thing' || concept === 'money';

function addConcepts(seen: Buckets, mentions: readonly ConceptMention[], question: boolean): void {
  let previous = '<';
  let beforePrevious = '<';
  let foreign = 0;
  const met: string[] = [];
  for (const { concept, afterPause } of mentions) {
    seen.add(10, concept);
    seen.addPair(11, previous, concept);
    if (afterPause) seen.addPair(11, previous, `,${concept}`);
    seen.addTriple(12, beforePrevious, previous, concept);
    if (isForeign(concept)) foreign++;
    if (concept !== 'other' && met.length < MOST_PAIRED && !met.includes(concept)) {
      for (const other of met)
        if (other < concept) seen.addPair(13, other, concept);
        else seen.addPair(13, concept, other);
      met.push(concept);
    }
    beforePrevious = previous;
    previous = concept;
  }
  seen.addPair(11, previous, '>');
  seen.add(14, String(Math.min(foreign, MOST_FOREIGN)));
  if (question) for (const concept of met) seen.addPair(15, '?', concept);
}
