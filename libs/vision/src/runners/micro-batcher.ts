import type { ModelRunner, Tensor } from '../models/model-runner.js';

export interface BatchingOptions {
  /** Pictures of one run at most; a model may allow fewer. */
  maxBatch: number;
  /** How long the first of a batch waits for others, milliseconds. */
  maxDelayMs: number;
  /** Largest batch a model takes, by its id; 1 = never together. */
  maxBatchOf: (modelId: string) => number;
}

interface Waiting {
  inputs: Readonly<Record<string, Tensor>>;
  resolve: (outputs: Record<string, Tensor>) => void;
  reject: (error: unknown) => void;
  signal?: AbortSignal | undefined;
}

interface Batch {
  items: Waiting[];
  timer: NodeJS.Timeout;
}

/**
 * Runs pictures that come shortly after one another together, as one batch: for runners that gain by it (a GPU; a processor gains
 * about an eighth). Only runs of the same model with the same shapes beyond the first dimension meet.
 */
export class MicroBatcher implements ModelRunner {
  private readonly batches = new Map<string, Batch>();

  constructor(
    private readonly runner: ModelRunner,
    private readonly options: BatchingOptions,
  ) {}

  version(modelId: string): string | null {
    return this.runner.version(modelId);
  }

  run(
    modelId: string,
    inputs: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>> {
    const limit = Math.min(this.options.maxBatch, this.options.maxBatchOf(modelId));
    if (limit <= 1 || Object.values(inputs).some(({ dims }) => dims[0] !== 1)) {
      return this.runner.run(modelId, inputs, signal);
    }
    const shapes = Object.entries(inputs).map(([name, { dims }]) => `${name}:${dims.slice(1).join('x')}`);
    const key = `${this.version(modelId)} ${shapes.join(' ')}`;
    return new Promise((resolve, reject) => {
      const batch = this.batches.get(key) ?? this.begin(modelId, key);
      batch.items.push({ inputs, resolve, reject, signal });
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (batch.items.length >= limit) this.send(modelId, key);
    });
  }

  async close(): Promise<void> {
    for (const { timer } of this.batches.values()) clearTimeout(timer);
    this.batches.clear();
    await this.runner.close();
  }

  private begin(modelId: string, key: string): Batch {
    const timer = setTimeout(() => this.send(modelId, key), this.options.maxDelayMs);
    const batch: Batch = { items: [], timer };
    this.batches.set(key, batch);
    return batch;
  }

  private send(modelId: string, key: string): void {
    const batch = this.batches.get(key);
    if (!batch) return;
    this.batches.delete(key);
    clearTimeout(batch.timer);
    // Whoever gave up meanwhile is left out.
    const items = batch.items.filter(({ signal }) => !signal?.aborted);
    if (items.length > 0) void this.runTogether(modelId, items);
  }

  private async runTogether(modelId: string, items: readonly Waiting[]): Promise<void> {
    try {
      const outputs = await this.runner.run(modelId, joined(items.map(({ inputs }) => inputs)));
      items.forEach(({ resolve }, at) => {
        resolve(part(outputs, at, items.length));
      });
    } catch (error) {
      for (const { reject } of items) reject(error);
    }
  }
}

function joined(inputs: readonly Readonly<Record<string, Tensor>>[]): Record<string, Tensor> {
  const [first = {}] = inputs;
  const batch: Record<string, Tensor> = {};
  for (const [name, { data, dims }] of Object.entries(first)) {
    const together = new Float32Array(data.length * inputs.length);
    inputs.forEach((input, at) => {
      together.set(input[name]!.data, at * data.length);
    });
    batch[name] = { data: together, dims: [inputs.length, ...dims.slice(1)] };
  }
  return batch;
}

/** One picture's share of a batch's outputs. Throws RangeError when an output is not a batch of this size. */
function part(outputs: Readonly<Record<string, Tensor>>, at: number, count: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => {
      if (dims[0] !== count) throw new RangeError(`output ${name} is no batch of ${count}`);
      const size = data.length / count;
      return [name, { data: data.slice(at * size, (at + 1) * size), dims: [1, ...dims.slice(1)] }];
    }),
  );
}
