import { readFileSync } from 'node:fs';
import type { ProbeScore } from './training/evaluation.js';
import type { LinearModel } from './training/logistic-regression.js';

/** A trained probe as data: a linear classifier over the features of one backbone. */
export interface ProbeFile {
  labels: string[];
  /** `id@first 12 hex digits of sha256` of the model whose features it reads; with any other its numbers mean nothing. */
  backbone: string;
  /** Logits are divided by it before they become probabilities. */
  temperature: number;
  /** Under this probability the answer is `unknown`. */
  threshold: number;
  bias: number[];
  /** A row for each label. */
  weights: number[][];
  provenance: {
    script: string;
    /** What it was trained and tested on, in words. */
    data: string;
    examples: number;
    seed?: number;
    /** Licences of pictures that were used and not committed, with how many there were. */
    sources?: Record<string, number>;
    heldOut: ProbeScore;
  };
}

/** The file is no probe of this format. */
export class ProbeFormatError extends Error {
  override readonly name = 'ProbeFormatError';
  readonly code = 'vision.probe_malformed';
}

/** Throws ProbeFormatError. */
export function readProbe(file: string): ProbeFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ProbeFormatError(`${file} is not JSON`, { cause: error });
  }
  if (!isProbe(parsed)) throw new ProbeFormatError(`${file} is not a probe`);
  return parsed;
}

/** The probe's numbers as a model to compute with. */
export function linearModelOf({ labels, weights, bias }: ProbeFile): LinearModel {
  return { labels, weights: weights.map((row) => Float64Array.from(row)), bias: Float64Array.from(bias) };
}

/** A model's numbers for a file: six significant digits, which change no probability that is shown. */
export function numbersOf(model: LinearModel): Pick<ProbeFile, 'labels' | 'weights' | 'bias'> {
  const short = (value: number) => Number(value.toPrecision(6));
  return {
    labels: model.labels,
    bias: Array.from(model.bias, short),
    weights: model.weights.map((row) => Array.from(row, short)),
  };
}

function isProbe(value: unknown): value is ProbeFile {
  if (typeof value !== 'object' || value === null) return false;
  const probe = value as Partial<ProbeFile>;
  const numbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((item) => Number.isFinite(item));
  return (
    Array.isArray(probe.labels) &&
    probe.labels.length > 1 &&
    probe.labels.every((label) => typeof label === 'string') &&
    typeof probe.backbone === 'string' &&
    numbers([probe.temperature, probe.threshold]) &&
    numbers(probe.bias) &&
    probe.bias.length === probe.labels.length &&
    Array.isArray(probe.weights) &&
    probe.weights.length === probe.labels.length &&
    probe.weights.every((row) => numbers(row) && row.length === (probe.weights?.[0]?.length ?? 0))
  );
}
