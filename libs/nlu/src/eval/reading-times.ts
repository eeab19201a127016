import { understand } from '../understand.js';
import { fuzzed } from './fuzz.js';

/** How long fuzzed messages take to understand, milliseconds. */
export interface ReadingTimes {
  messages: number;
  characters: number;
  /** Median and 99.9th percentile of first readings, whatever else the machine did meanwhile. */
  median: number;
  rare: number;
  /** The slowest message: its first reading, and the shortest of several, which is what the reading itself takes. */
  first: number;
  worst: number;
  text: string;
}

/** So many of the slowest first readings are repeated: collection, compilation and other processes lengthen some. */
const SUSPECTS = 40;
const REPEATS = 100;
const WARM_UP = 500;

function timed(text: string): number {
  const started = performance.now();
  understand(text);
  return performance.now() - started;
}

/** Understands `count` fuzzed messages and tells the slowest of them. Throws what `understand` throws: it must not. */
export function readingTimes(count: number, seed: number): ReadingTimes {
  const messages = fuzzed(seed);
  // The first readings of a process compile what they run.
  for (let n = 0; n < WARM_UP; n++) understand(messages.next().value ?? '');
  const times = new Float64Array(count);
  let suspects: { text: string; first: number }[] = [];
  let characters = 0;
  for (let n = 0; n < count; n++) {
    const text = messages.next().value ?? '';
    characters += text.length;
    const first = timed(text);
    times[n] = first;
    if (suspects.length === SUSPECTS && first <= (suspects.at(-1)?.first ?? 0)) continue;
    suspects = [...suspects, { text, first }].sort((one, other) => other.first - one.first).slice(0, SUSPECTS);
  }
  const slowest = { first: 0, worst: 0, text: '' };
  for (const { text, first } of suspects) {
    let worst = first;
    for (let i = 0; i < REPEATS; i++) worst = Math.min(worst, timed(text));
    if (worst > slowest.worst) Object.assign(slowest, { first, worst, text });
  }
  times.sort();
  const share = (part: number): number => times[Math.min(count - 1, Math.floor(count * part))] ?? 0;
  return { messages: count, characters, median: share(0.5), rare: share(0.999), ...slowest };
}
