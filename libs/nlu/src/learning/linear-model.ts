import { readFileSync } from 'node:fs';

/** What a model thinks of a message: the likeliest label and its probability. */
export interface Opinion<Label extends string> {
  label: Label;
  probability: number;
}

/** The shipped file: `weights` is base64 of Int8, bucket by bucket, one for each of `labels`; a weight is its byte times `scale`. */
export interface ModelFile {
  labels: readonly string[];
  scale: number;
  weights: string;
}

/** A linear model over hashed features, made by `npm run nlu:train`. */
export class LinearModel<Label extends string> {
  /** Whole numbers add up faster than fractions: shipped weights are bytes. */
  private readonly scores: Float64Array | Int32Array;

  constructor(
    private readonly labels: readonly Label[],
    private readonly weights: Float32Array | Int8Array,
    private readonly scale: number,
  ) {
    this.scores = weights instanceof Int8Array ? new Int32Array(labels.length) : new Float64Array(labels.length);
  }

  /** Reads a shipped model; refuses one that was made for other labels. */
  static shipped<Label extends string>(file: string, labels: readonly Label[]): LinearModel<Label> {
    const shipped = JSON.parse(readFileSync(file, 'utf8')) as ModelFile;
    if (shipped.labels.join() !== labels.join()) throw new Error(`${file} was made for other labels`);
    const bytes = Buffer.from(shipped.weights, 'base64');
    return new LinearModel(labels, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), shipped.scale);
  }

  /** The probability of every label, in the order of the labels. */
  probabilities(features: readonly number[]): number[] {
    const { labels, scores, weights } = this;
    const classes = labels.length;
    scores.fill(0);
    for (const bucket of features) {
      const row = bucket * classes;
      for (let c = 0; c < classes; c++) scores[c] = (scores[c] as number) + (weights[row + c] as number);
    }
    const factor = this.scale / Math.sqrt(features.length || 1);
    let best = scores[0] as number;
    for (let c = 1; c < classes; c++) best = Math.max(best, scores[c] as number);
    const shares = labels.map((_, c) => Math.exp(((scores[c] as number) - best) * factor));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  }

  judge(features: readonly number[]): Opinion<Label> {
    const probabilities = this.probabilities(features);
    let best = 0;
    for (let c = 1; c < probabilities.length; c++)
      if ((probabilities[c] as number) > (probabilities[best] as number)) best = c;
    return { label: this.labels[best] as Label, probability: probabilities[best] as number };
  }
}
