import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Intent } from '../types.js';

/** The order of the classes in the model file. */
export const INTENTS: readonly Intent[] = [
  'search',
  'calculate',
  'value',
  'about',
  'market',
  'manager',
  'restart',
  'menu',
  'contact',
  'other',
];

/** What the model thinks of a message: the likeliest intent and its probability. */
export interface Opinion {
  intent: Intent;
  probability: number;
}

/** The shipped file: `weights` is base64 of Int8, bucket by bucket, one for each of `labels`; a weight is its byte times `scale`. */
interface ModelFile {
  labels: string[];
  scale: number;
  weights: string;
}

/** A linear model of intents over hashed features, made by `npm run nlu:train`. */
export class IntentModel {
  private readonly scores = new Float64Array(INTENTS.length);

  constructor(
    private readonly weights: Float32Array | Int8Array,
    private readonly scale: number,
  ) {}

  static shipped(): IntentModel {
    const file = JSON.parse(readFileSync(path.join(import.meta.dirname, 'intent-model.json'), 'utf8')) as ModelFile;
    if (file.labels.join() !== INTENTS.join()) throw new Error('intent-model.json was made for other intents');
    const bytes = Buffer.from(file.weights, 'base64');
    return new IntentModel(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), file.scale);
  }

  judge(features: readonly number[]): Opinion {
    const { scores, weights } = this;
    const classes = INTENTS.length;
    scores.fill(0);
    for (const bucket of features) {
      const row = bucket * classes;
      for (let c = 0; c < classes; c++) scores[c] = (scores[c] as number) + (weights[row + c] as number);
    }
    const factor = this.scale / Math.sqrt(features.length || 1);
    let best = 0;
    for (let c = 1; c < classes; c++) if ((scores[c] as number) > (scores[best] as number)) best = c;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(((scores[c] as number) - (scores[best] as number)) * factor);
    return { intent: INTENTS[best] as Intent, probability: 1 / sum };
  }
}
