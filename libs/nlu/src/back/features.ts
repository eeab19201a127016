import { Buckets } from '../learning/buckets.js';
import type { Utterance } from '../utterance/utterance.js';

const STEM = 5;

/**
 * Hashed features of one message for telling steps back and corrections: words and stems, pairs and triples of stems, stems after
 * a pause and at the start, letter runs of 3–4, the length, the question mark. Each bucket appears once.
 */
export function backFeatures({ words, question }: Utterance): number[] {
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
    seen.add(4, `${beforePrevious} ${previous} ${stem}`);
    if (afterPause) seen.add(5, stem);
    if (i === 0) seen.add(6, stem);
    if (!isFigure) seen.addRuns(7, form, 3, 4);
    beforePrevious = previous;
    previous = stem;
  }
  seen.addPair(3, previous, '>');
  seen.add(8, words.length > 8 ? 'long' : String(words.length));
  if (question) seen.add(9, '?');
  return seen.list;
}
