import { isDeepStrictEqual } from 'node:util';
import type { Slots, UnderstandingContext } from '../types.js';
import { understand } from '../understand.js';

export type LabelledReader = 'agreement' | 'back' | 'intent';

export interface LabelledPhrase {
  text: string;
  expected: string;
}

export interface SlotPhrase {
  text: string;
  slots: Slots;
  expects?: UnderstandingContext['expects'];
}

export interface NumberPhrase {
  text: string;
  numbers: number[];
  trap?: boolean;
}

export interface Miss {
  text: string;
  expected: string;
  actual: string;
}

/** How one reader did on one set. */
export interface Evaluation {
  right: number;
  total: number;
  /** `expected → actual` → how often. */
  confusion: Map<string, number>;
  misses: Miss[];
}

export function parseLines<T>(jsonl: string): T[] {
  return jsonl
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line) as T);
}

function evaluation(results: readonly Miss[], isRight: (result: Miss) => boolean): Evaluation {
  const confusion = new Map<string, number>();
  const misses = results.filter((result) => !isRight(result));
  for (const { expected, actual } of misses)
    confusion.set(`${expected} → ${actual}`, (confusion.get(`${expected} → ${actual}`) ?? 0) + 1);
  return { right: results.length - misses.length, total: results.length, confusion, misses };
}

export function evaluateLabels(reader: LabelledReader, phrases: readonly LabelledPhrase[]): Evaluation {
  const results = phrases.map(({ text, expected }) => ({ text, expected, actual: understand(text)[reader] as string }));
  return evaluation(results, ({ expected, actual }) => expected === actual);
}

const isSame = (actual: number, expected: number): boolean =>
  Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected));

/** A number phrase is right when exactly the expected values come out, in order. */
export function evaluateNumbers(phrases: readonly NumberPhrase[]): Evaluation {
  const right = new Set<Miss>();
  const results = phrases.map(({ text, numbers }) => {
    const actual = understand(text).numbers.map(({ value }) => value);
    const result = { text, expected: JSON.stringify(numbers), actual: JSON.stringify(actual) };
    if (actual.length === numbers.length && numbers.every((value, i) => isSame(actual[i] ?? Number.NaN, value)))
      right.add(result);
    return result;
  });
  return evaluation(results, (result) => right.has(result));
}

/** A slot phrase is right when exactly the expected slots come out, with exactly the expected values. */
export function evaluateSlots(phrases: readonly SlotPhrase[]): Evaluation {
  const right = new Set<Miss>();
  const results = phrases.map(({ text, slots, expects }) => {
    const actual = understand(text, expects ? { expects } : {}).slots;
    const result = { text, expected: JSON.stringify(slots), actual: JSON.stringify(actual) };
    if (isDeepStrictEqual(actual, slots)) right.add(result);
    return result;
  });
  return evaluation(results, (result) => right.has(result));
}

/** Readings of yes as no or the reverse: the one error that must not happen. */
export const swaps = ({ confusion }: Evaluation): number =>
  (confusion.get('yes → no') ?? 0) + (confusion.get('no → yes') ?? 0);

/** Share of phrases whose expected label is `label` that came out as something else. */
export function captured({ misses }: Evaluation, label: string, phrases: readonly LabelledPhrase[]): number {
  const total = phrases.filter(({ expected }) => expected === label).length;
  return total === 0 ? 0 : misses.filter(({ expected }) => expected === label).length / total;
}
