import { Buckets } from '../learning/buckets.js';
import type { Utterance } from '../utterance/utterance.js';
import type { Item } from './answer-items.js';

const STEM = 5;
const MOST_CONTENT = 3;

/**
 * Hashed features of one message for telling consent and refusal: words, stems and their pairs, letter runs of 3–4, and what the
 * lexicon says of its phrases: roles, their pairs and triples in order and pairs in any order. Each bucket appears once.
 */
export function answerFeatures({ words, question }: Utterance, items: readonly Item[]): number[] {
  const seen = new Buckets();
  let previous = '<';
  for (const [i, { form, afterPause }] of words.entries()) {
    const isFigure = form.charCodeAt(0) <= 57;
    const word = isFigure ? '#' : form;
    const stem = word.length > STEM ? word.slice(0, STEM) : word;
    seen.add(1, word);
    seen.add(2, stem);
    seen.addPair(3, previous, stem);
    if (afterPause) seen.add(5, stem);
    if (i === 0) seen.add(6, stem);
    if (!isFigure) seen.addRuns(7, form, 3, 4);
    previous = stem;
  }
  seen.addPair(3, previous, '>');
  seen.add(8, words.length > 6 ? 'long' : String(words.length));
  seen.add(9, question ? '?' : '.');
  addRoles(seen, items);
  return seen.list;
}

function addRoles(seen: Buckets, items: readonly Item[]): void {
  let previous = '<';
  let beforePrevious = '<';
  let content = 0;
  const met: string[] = [];
  for (const { role, phrase, afterPause } of items) {
    const paused = afterPause ? `,${role}` : role;
    seen.add(10, paused);
    seen.addPair(11, previous, paused);
    seen.addTriple(12, beforePrevious, previous, role);
    if (role === 'content') content++;
    else seen.add(13, phrase);
    for (const other of met) seen.addPair(14, other, role);
    if (!met.includes(role)) met.push(role);
    if (role === 'filler') continue;
    beforePrevious = previous;
    previous = role;
  }
  seen.addPair(11, previous, '>');
  seen.add(15, String(Math.min(content, MOST_CONTENT)));
}
