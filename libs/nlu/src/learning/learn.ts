import { BUCKETS } from './buckets.js';
import type { ModelFile } from './linear-model.js';

/** One phrase ready for learning. */
export interface Example<Label extends string> {
  features: readonly number[];
  label: Label;
  /** A noisy copy of a phrase weighs less than the phrase. */
  weight: number;
}

export interface LearningOptions {
  epochs: number;
  rate: number;
  /** Strength of the L2 penalty, applied to the buckets a step touches. */
  penalty: number;
  seed: number;
}

/** Mulberry32: a small generator that gives the same order on every machine. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Multinomial logistic regression by AdaGrad (Duchi, Hazan, Singer 2011). Returns weights, bucket by bucket, one for each label. */
export function learn<Label extends string>(
  examples: readonly Example<Label>[],
  labels: readonly Label[],
  { epochs, rate, penalty, seed }: LearningOptions,
): Float32Array {
  const classes = labels.length;
  const weights = new Float32Array(BUCKETS * classes);
  const squares = new Float32Array(BUCKETS * classes).fill(1e-6);
  const random = generator(seed);
  const order = examples.map((_, i) => i);
  const scores = new Float64Array(classes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    for (const index of order) {
      const example = examples[index];
      if (!example) continue;
      const value = 1 / Math.sqrt(example.features.length);
      scores.fill(0);
      for (const bucket of example.features)
        for (let c = 0; c < classes; c++) scores[c] = (scores[c] ?? 0) + (weights[bucket * classes + c] ?? 0) * value;
      const top = Math.max(...scores);
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        scores[c] = Math.exp((scores[c] ?? 0) - top);
        sum += scores[c] ?? 0;
      }
      const wanted = labels.indexOf(example.label);
      for (let c = 0; c < classes; c++) {
        const error = ((scores[c] ?? 0) / sum - (c === wanted ? 1 : 0)) * example.weight;
        for (const bucket of example.features) {
          const at = bucket * classes + c;
          const gradient = error * value + penalty * (weights[at] ?? 0);
          squares[at] = (squares[at] ?? 0) + gradient * gradient;
          weights[at] = (weights[at] ?? 0) - (rate * gradient) / Math.sqrt(squares[at] ?? 1);
        }
      }
    }
  }
  return weights;
}

/** The weights as bytes: the largest becomes 127. */
export function quantise(weights: Float32Array, labels: readonly string[]): ModelFile {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  const scale = largest / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  return { labels, scale, weights: Buffer.from(bytes.buffer).toString('base64') };
}

/** One letter lost, doubled or swapped with its neighbour, as fingers do. */
export function mistyped(text: string, random: () => number): string {
  const at = 1 + Math.floor(random() * Math.max(1, text.length - 2));
  const kind = random();
  if (kind < 0.4) return text.slice(0, at) + text.slice(at + 1);
  if (kind < 0.6) return text.slice(0, at) + text.charAt(at) + text.slice(at);
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
}

/** `# label` lines head the phrases of that label. */
export function parsePhrases<Label extends string>(
  text: string,
  labels: readonly Label[],
  first: Label,
): { text: string; expected: Label }[] {
  const phrases: { text: string; expected: Label }[] = [];
  let expected = first;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const heading = labels.find((name) => line === `# ${name}`);
    if (heading) expected = heading;
    else if (line) phrases.push({ text: line, expected });
  }
  return phrases;
}
