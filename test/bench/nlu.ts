import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readNumbers, understand } from '#libs/nlu';
import type { BenchReport } from './report.js';

const PHRASES = path.join(import.meta.dirname, '../nlu/numbers.jsonl');
const ROUNDS = 5;
const ROUND_MS = 400;

/** Phrases a second of `read` over the evaluation phrases: the median of several timed rounds after a warm-up. */
const throughput = (phrases: readonly string[], read: (text: string) => unknown): { perSecond: number; n: number } => {
  const rates: number[] = [];
  let n = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < ROUND_MS) {
      for (const phrase of phrases) read(phrase);
      count += phrases.length;
    }
    if (round === 0) continue;
    n += count;
    rates.push((count * 1000) / (performance.now() - started));
  }
  rates.sort((a, b) => a - b);
  return { perSecond: rates[Math.floor(rates.length / 2)] ?? 0, n };
};

/** Speed of understanding on one core: numbers alone, and the whole line of `npm run nlu` when it is built. */
export const run = async (report: BenchReport): Promise<void> => {
  const phrases = readFileSync(PHRASES, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  const numbers = throughput(phrases, readNumbers);
  report.add('numbers', numbers.perSecond, 'phrases/s', numbers.n);
  const line = throughput(phrases, understand);
  report.add('whole line', line.perSecond, 'phrases/s', line.n);
};
