import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import type { ModelRunner, Tensor } from '../models/model-runner.js';
import type { RunnableModel } from './model-registry.js';

/** How one variant of a model did on this machine. */
export interface PrecisionTrial {
  id: string;
  precision: RunnableModel['precision'];
  /** Median of a run, milliseconds. */
  p50Ms: number;
  /** Smallest cosine between its outputs and those of the model it stands in for; 1 = the same. */
  agreement: number;
  /** Share of right answers on the caller's own data, 0 to 1, when there are any. */
  accuracy?: number;
}

/** What was measured and which variant of a model is used because of it. */
export interface PrecisionChoice {
  /** The model asked for. */
  id: string;
  /** The one that is run: itself, or a variant that is faster here and good enough. */
  chosen: string;
  trials: PrecisionTrial[];
}

export interface PrecisionOptions {
  models: readonly RunnableModel[];
  /** A runner that has them all, each by its own id. */
  runner: ModelRunner;
  /** Where the choice is kept: it is made anew when the machine or a file changes. */
  file: string;
  /** What else the times depend on: the device, the runtime's version. */
  setting?: string;
  /** Right answers of a model on data whose answers are known, 0 to 1; compared with the original's, at most a point is lost. */
  accuracy?: (modelId: string) => Promise<number | undefined>;
}

const RUNS = 12;
const SAMPLES = 3;
/** Least agreement of a variant's outputs where nobody can say how right they are. */
const LEAST_AGREEMENT = 0.995;
/** Points of accuracy (share) a variant may lose. */
const ACCURACY_LOSS = 0.01;
/** A variant must be faster by a tenth: less is noise. */
const LEAST_GAIN = 0.9;

interface Recorded {
  fingerprint: string;
  choices: PrecisionChoice[];
}

/**
 * Decides by measurement which precision of each model is run on this machine: the fastest one whose outputs agree with the
 * original's, or whose accuracy is within a point of it. Models without variants are not touched; the result is kept in the file.
 */
export async function choosePrecision(options: PrecisionOptions): Promise<PrecisionChoice[]> {
  const { models, file } = options;
  const bases = models.filter(({ id }) => models.some(({ variantOf }) => variantOf === id));
  if (bases.length === 0) return [];
  const fingerprint = fingerprintOf(options);
  const recorded = await readRecorded(file);
  if (recorded?.fingerprint === fingerprint) return recorded.choices;
  const choices: PrecisionChoice[] = [];
  for (const base of bases) choices.push(await chooseFor(base, options));
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  await writeFile(temporary, `${JSON.stringify({ fingerprint, choices } satisfies Recorded, null, 2)}\n`);
  await rename(temporary, file);
  return choices;
}

/** The choices as the runner takes them. */
export const chosenVariants = (choices: readonly PrecisionChoice[]): Map<string, string> =>
  new Map(choices.filter(({ id, chosen }) => id !== chosen).map(({ id, chosen }) => [id, chosen]));

async function chooseFor(base: RunnableModel, options: PrecisionOptions): Promise<PrecisionChoice> {
  const samples = Array.from({ length: SAMPLES }, (_sample, seed) => sampleOf(base, seed));
  const { runner } = options;
  const reference = await Promise.all(samples.map((sample) => runner.run(base.id, sample)));
  const trials: PrecisionTrial[] = [];
  for (const model of [base, ...options.models.filter(({ variantOf }) => variantOf === base.id)]) {
    const trial = await tryOut(model, samples, reference, options).catch(() => null);
    if (trial) trials.push(trial);
  }
  const original = trials.find(({ id }) => id === base.id);
  if (!original) return { id: base.id, chosen: base.id, trials };
  const better = trials
    .filter((trial) => isGoodEnough(trial, original) && trial.p50Ms < original.p50Ms * LEAST_GAIN)
    .sort((a, b) => a.p50Ms - b.p50Ms);
  return { id: base.id, chosen: better[0]?.id ?? base.id, trials };
}

function isGoodEnough(trial: PrecisionTrial, original: PrecisionTrial): boolean {
  if (trial.accuracy !== undefined && original.accuracy !== undefined) {
    return trial.accuracy >= original.accuracy - ACCURACY_LOSS;
  }
  return trial.agreement >= LEAST_AGREEMENT;
}

async function tryOut(
  model: RunnableModel,
  samples: readonly Record<string, Tensor>[],
  reference: readonly Record<string, Tensor>[],
  { runner, accuracy }: PrecisionOptions,
): Promise<PrecisionTrial> {
  const outputs: Record<string, Tensor>[] = [];
  for (const sample of samples) outputs.push(await runner.run(model.id, sample));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await runner.run(model.id, samples[run % samples.length]!);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const measured = await accuracy?.(model.id);
  return {
    id: model.id,
    precision: model.precision,
    p50Ms: times[RUNS >> 1]!,
    agreement: Math.min(...outputs.map((output, at) => agreementOf(output, reference[at]!))),
    ...(measured !== undefined && { accuracy: measured }),
  };
}

/** Smallest cosine between outputs of the same name; −1 when one is missing or of another length. */
function agreementOf(outputs: Readonly<Record<string, Tensor>>, reference: Readonly<Record<string, Tensor>>): number {
  return Math.min(
    ...Object.entries(reference).map(([name, { data }]) => {
      const other = outputs[name]?.data;
      if (other?.length !== data.length) return -1;
      let [product, ours, theirs] = [0, 0, 0];
      for (let at = 0; at < data.length; at++) {
        product += data[at]! * other[at]!;
        ours += data[at]! ** 2;
        theirs += other[at]! ** 2;
      }
      if (ours === 0 || theirs === 0) return ours === theirs ? 1 : -1;
      const cosine = product / Math.sqrt(ours * theirs);
      return Number.isFinite(cosine) ? cosine : -1;
    }),
  );
}

/** A smooth made-up picture in the model's own input: the same for every variant. */
function sampleOf({ input }: RunnableModel, seed: number): Record<string, Tensor> {
  const { name, layout, width, height, mean, std } = input;
  const data = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    for (let channel = 0; channel < 3; channel++) {
      const wave = Math.sin((x * (seed + 2)) / width + channel) * Math.cos((y * (seed + 3) * 2) / height - channel);
      const at = layout === 'NHWC' ? pixel * 3 + channel : channel * width * height + pixel;
      data[at] = ((wave + 1) / 2 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    }
  }
  return { [name]: { data, dims: layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width] } };
}

function fingerprintOf({ models, setting = '' }: PrecisionOptions): string {
  const files = models.map(({ id, sha256, variantOf = '' }) => `${id} ${sha256} ${variantOf}`).sort();
  const machine = `${process.arch} ${cpus()[0]?.model ?? ''} ${setting}`;
  return createHash('sha256')
    .update([machine, ...files].join('\n'))
    .digest('hex');
}

/** Undefined when there is none, or it cannot be read: it is only a shortcut. */
async function readRecorded(file: string): Promise<Recorded | undefined> {
  try {
    const recorded = JSON.parse(await readFile(file, 'utf8')) as Recorded;
    return typeof recorded.fingerprint === 'string' && Array.isArray(recorded.choices) ? recorded : undefined;
  } catch {
    return undefined;
  }
}
