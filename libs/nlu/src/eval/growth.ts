/** Twice the text takes twice the time when reading is linear, four times when it is quadratic; between them, room for noise. */
export const LINEAR = 3.3;
/** Times shorter than this (milliseconds) are noise and count as this. */
const NOISE = 0.6;
const ROUNDS = 12;
/** A quadratic reading is slow at every attempt, a disturbed one at some. */
const ATTEMPTS = 4;

/** The shortest of several timed readings in milliseconds: what the reading itself takes, without what else the machine did. */
function shortest(read: (text: string) => unknown, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    read(text);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/**
 * How many times longer 2 × `length` characters of `unit` repeated take to read than `length` characters do. A ratio, so that a slow
 * or busy machine changes both sides of it.
 */
export function growth(read: (text: string) => unknown, unit: string, length: number): number {
  const textOf = (characters: number): string => unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
  shortest(read, textOf(2 * length));
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least >= LINEAR; attempt++) {
    const once = Math.max(NOISE, shortest(read, textOf(length)));
    const twice = Math.max(NOISE, shortest(read, textOf(2 * length)));
    least = Math.min(least, twice / once);
  }
  return least;
}
