import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { type DeviceChoice, providersOf } from './device.js';
import type { HostIsolation } from './host-connection.js';
import { HostPool, type HostState, type Place, type RunnerEvent } from './host-pool.js';
import type { PlainTensor } from './inference-messages.js';
import { HostLostError } from './inference-worker.js';
import { ModelRegistry, type RunnableModel, versionOf } from './model-registry.js';
import { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runner.errors.js';

/** What a runner holds and does now, for health and metrics. */
export interface RunnerState {
  hosts: HostState[];
  /** Files of all loaded copies. */
  modelBytes: number;
  waiting: number;
}

export interface OnnxRunnerOptions {
  models: readonly RunnableModel[];
  /** Runs at the same time, each with one thread of computation. */
  hosts: number;
  /** `process` by default. */
  isolation?: HostIsolation;
  /** `auto` by default. */
  device?: DeviceChoice;
  /** By model id: the variant to run in its place. */
  choices?: ReadonlyMap<string, string>;
  /** Bytes of model files in memory, every copy counted; 92 MiB by default. */
  budgetBytes?: number;
  /** Runs that may wait; 64 by default. */
  queueLimit?: number;
  /** Of models whose entry does not say, milliseconds; 30 s by default. */
  deadlineMs?: number;
  onEvent?: (event: RunnerEvent) => void;
}

interface Pending {
  model: RunnableModel;
  inputs: Record<string, PlainTensor>;
  queuedAt: number;
  attempts: number;
  resolve: (outputs: Record<string, Tensor>) => void;
  reject: (error: unknown) => void;
  /** Stops listening to the caller's signal. */
  settled?: () => void;
}

const DEFAULT_BUDGET = 92 * 1_048_576;
const DEFAULT_DEADLINE_MS = 30_000;
const DEFAULT_QUEUE = 64;
const ATTEMPTS = 2;
/** Assumed until a model has been run, milliseconds. */
const FIRST_GUESS_MS = 100;
const TYPICAL_WEIGHT = 0.2;

/**
 * Runs ONNX models outside this thread. A host that has not answered by the deadline, or that dies, is replaced and its run is
 * tried once more. Models are loaded when they are first needed (or by `preload`), warmed up, and released when idle or when
 * others need their place in the memory budget, least recently used first.
 */
export class OnnxModelRunner implements ModelRunner {
  private registry: ModelRegistry;
  private readonly pool: HostPool;
  private readonly queue: Pending[] = [];
  private readonly typicalMs = new Map<string, number>();
  private closed = false;
  private warm = false;

  constructor(private readonly options: OnnxRunnerOptions) {
    const { models, choices, hosts, isolation = 'process', device = 'auto', onEvent } = options;
    this.registry = new ModelRegistry(models, choices);
    this.pool = new HostPool(this.registry, {
      hosts,
      isolation,
      providers: providersOf(device),
      budgetBytes: this.budget,
      deadlineOf: (model) => this.deadlineOf(model),
      onEvent: (event) => onEvent?.(event),
      onFree: () => this.pump(),
    });
  }

  version(modelId: string): string | null {
    const model = this.registry.find(modelId);
    return model ? versionOf(model) : null;
  }

  /** True once everything that is to be preloaded has been. */
  get isWarm(): boolean {
    return this.warm;
  }

  get state(): RunnerState {
    return { ...this.pool.state, waiting: this.queue.length };
  }

  /** Loads and warms up the models marked so, on every host. A model that cannot be loaded is told as an event. */
  async preload(): Promise<void> {
    await this.pool.preload(this.registry.preloaded());
    this.warm = true;
  }

  /** Replaces the models: what is running ends, what is no longer there is released. */
  use(models: readonly RunnableModel[], choices?: ReadonlyMap<string, string>): void {
    this.registry = new ModelRegistry(models, choices ?? this.options.choices);
    this.pool.use(this.registry);
  }

  async run(
    modelId: string,
    inputs: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>> {
    signal?.throwIfAborted();
    const model = this.registry.find(modelId);
    if (!model) throw new ModelMissingError(modelId);
    if (this.closed) throw new ModelFailedError(modelId, 'the runner is closed', true);
    if (model.bytes > this.budget) throw new ModelFailedError(modelId, 'its file is larger than the memory budget');
    if (this.queue.length >= (this.options.queueLimit ?? DEFAULT_QUEUE))
      throw new ModelBusyError(modelId, this.waitMs(modelId));
    const plain: Record<string, PlainTensor> = {};
    for (const [name, { data, dims }] of Object.entries(inputs)) plain[name] = { data, dims: [...dims] };
    const queuedAt = performance.now();
    return new Promise((resolve, reject) => {
      const pending: Pending = { model, inputs: plain, queuedAt, attempts: 0, resolve, reject };
      // A run that has begun cannot be stopped: nobody waits for it any more and its host goes on until the deadline.
      const onAbort = () => {
        const at = this.queue.indexOf(pending);
        if (at >= 0) this.queue.splice(at, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      pending.settled = () => signal?.removeEventListener('abort', onAbort);
      this.queue.push(pending);
      this.pump();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { model, reject } of this.queue.splice(0)) {
      reject(new ModelFailedError(model.id, 'the runner is closed', true));
    }
    await this.pool.close();
  }

  private get budget(): number {
    return this.options.budgetBytes ?? DEFAULT_BUDGET;
  }

  /** When a place is likely to be free, from what runs of this model took. */
  private waitMs(modelId: string): number {
    return Math.ceil(
      ((this.typicalMs.get(modelId) ?? FIRST_GUESS_MS) * (this.queue.length + 1)) / Math.max(1, this.options.hosts),
    );
  }

  /** Gives waiting runs to hosts, first come first served among those that can run now. */
  private pump(): void {
    for (let at = 0; at < this.queue.length; ) {
      const pending = this.queue[at]!;
      const place = this.pool.placeFor(pending.model);
      if (!place) {
        at += 1;
        continue;
      }
      this.queue.splice(at, 1);
      void this.execute(pending, place);
    }
  }

  private async execute(pending: Pending, place: Place): Promise<void> {
    const { model } = pending;
    const waitedMs = performance.now() - pending.queuedAt;
    pending.attempts += 1;
    try {
      const { outputs, ms } = await this.pool.run(model, place, pending.inputs);
      this.options.onEvent?.({ kind: 'run', model: versionOf(model), ms, waitedMs });
      const typical = this.typicalMs.get(model.id) ?? ms;
      this.typicalMs.set(model.id, typical + TYPICAL_WEIGHT * (ms - typical));
      pending.settled?.();
      pending.resolve(outputs);
    } catch (error) {
      this.fail(pending, error);
    }
    this.pump();
  }

  /** Tries a run whose host was lost once more, else tells its caller. */
  private fail(pending: Pending, error: unknown): void {
    const { model, attempts } = pending;
    const reject = (reason: Error) => {
      pending.settled?.();
      pending.reject(reason);
    };
    if (!(error instanceof HostLostError)) {
      reject(new ModelFailedError(model.id, error instanceof Error ? error.message : String(error), false));
      return;
    }
    this.options.onEvent?.({ kind: 'host-lost', model: versionOf(model), cause: error.reason });
    if (attempts < ATTEMPTS && !this.closed) this.queue.unshift(pending);
    else if (error.reason === 'deadline') reject(new ModelTimeoutError(model.id, this.deadlineOf(model)));
    else reject(new ModelFailedError(model.id, error.message, true));
  }

  private deadlineOf(model: RunnableModel): number {
    return model.deadlineMs ?? this.options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  }
}
