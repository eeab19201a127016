import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { type DeviceChoice, providersOf } from './device.js';
import type { HostIsolation } from './host-connection.js';
import type { PlainTensor } from './inference-messages.js';
import { HostLostError, InferenceWorker } from './inference-worker.js';
import { evictionsFor, type LoadedCopy, loadedCopies } from './loaded-models.js';
import { ModelRegistry, type RunnableModel, versionOf } from './model-registry.js';
import { ModelBusyError, ModelFailedError, ModelMissingError, ModelTimeoutError } from './runner.errors.js';

/** What a runner did, for metrics and logs. */
export type RunnerEvent =
  | { kind: 'run'; model: string; ms: number; waitedMs: number }
  | { kind: 'loaded'; model: string; ms: number }
  | { kind: 'released'; model: string; reason: 'idle' | 'budget' | 'replaced' }
  | { kind: 'load-failed'; model: string; reason: string }
  | { kind: 'host-lost'; model: string; cause: 'deadline' | 'exit' };

/** What a runner holds and does now, for health and metrics. */
export interface RunnerState {
  hosts: {
    /** Absent for a thread. */
    pid: number | undefined;
    busy: boolean;
    /** As of its last answer; of the whole process for a thread. */
    rssBytes: number;
    /** Versions of models. */
    loaded: string[];
  }[];
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

const BYTES_PER_MB = 1_048_576;
const DEFAULT_BUDGET = 92 * BYTES_PER_MB;
const DEFAULT_DEADLINE_MS = 30_000;
const LOAD_DEADLINE_MS = 60_000;
const CLOSE_MS = 10_000;
const ATTEMPTS = 2;
/** Hosts sent away that have not ended yet, for each host in use: more than that and nothing new is started. */
const ABANDONED_PER_HOST = 2;
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
  private readonly workers: InferenceWorker[] = [];
  private readonly queue: Pending[] = [];
  private readonly typicalMs = new Map<string, number>();
  private readonly providers: string[];
  /** Hosts sent away that have not ended yet. */
  private readonly ending = new Set<Promise<void>>();
  private closed = false;
  private warm = false;

  constructor(private readonly options: OnnxRunnerOptions) {
    this.registry = new ModelRegistry(options.models, options.choices);
    this.providers = providersOf(options.device ?? 'auto');
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
    return {
      hosts: this.workers.map(({ pid, busy, rssBytes, loaded }) => ({
        pid,
        busy,
        rssBytes,
        loaded: [...loaded.keys()],
      })),
      modelBytes: this.copies().reduce((sum, { bytes }) => sum + bytes, 0),
      waiting: this.queue.length,
    };
  }

  /** Loads and warms up the models marked so, on every host. A model that cannot be loaded is told as an event. */
  async preload(): Promise<void> {
    const models = this.registry.preloaded();
    await Promise.all(
      Array.from({ length: models.length > 0 ? this.options.hosts : 0 }, async () => {
        for (const model of models) await this.preloadOnce(model);
      }),
    );
    this.warm = true;
  }

  /** Replaces the models: what is running ends, what is no longer there is released. */
  use(models: readonly RunnableModel[], choices?: ReadonlyMap<string, string>): void {
    this.registry = new ModelRegistry(models, choices ?? this.options.choices);
    for (const worker of this.workers) if (!worker.busy) this.releaseReplaced(worker);
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
    if (this.queue.length >= (this.options.queueLimit ?? 64)) throw new ModelBusyError(modelId, this.waitMs(modelId));
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

  /** Ends the hosts. A thread inside a run is waited for, up to ten seconds: ending the process before it does aborts it. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { model, reject } of this.queue.splice(0)) {
      reject(new ModelFailedError(model.id, 'the runner is closed', true));
    }
    for (const worker of [...this.workers]) void worker.end();
    const limit = new AbortController();
    const late = sleep(CLOSE_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(this.ending), late]);
    limit.abort();
  }

  private get budget(): number {
    return this.options.budgetBytes ?? DEFAULT_BUDGET;
  }

  private copies(): LoadedCopy[] {
    return loadedCopies(this.workers, this.registry.bytesOf);
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
      const place = this.placeFor(pending.model);
      if (!place) {
        at += 1;
        continue;
      }
      this.queue.splice(at, 1);
      void this.execute(pending, place.worker, place.evictions);
    }
  }

  private placeFor(model: RunnableModel): { worker: InferenceWorker; evictions: LoadedCopy[] } | null {
    const version = versionOf(model);
    const free = this.workers.filter(({ busy }) => !busy);
    const ready = free.find(({ loaded }) => loaded.has(version));
    if (ready) return { worker: ready, evictions: [] };
    const evictions = evictionsFor(this.copies(), model.bytes, this.budget);
    if (!evictions) return null;
    // Others are not pushed out for a second copy: the first will be free soon.
    if (evictions.length > 0 && this.workers.some(({ loaded }) => loaded.has(version))) return null;
    const worker = free.sort((a, b) => a.loaded.size - b.loaded.size)[0] ?? this.startWorker();
    return worker ? { worker, evictions } : null;
  }

  private startWorker(): InferenceWorker | null {
    const { hosts, isolation = 'process' } = this.options;
    if (this.closed || this.workers.length >= hosts || this.ending.size >= hosts * ABANDONED_PER_HOST) return null;
    const worker = new InferenceWorker(isolation, () => {
      this.workers.splice(this.workers.indexOf(worker), 1);
      const ended = worker.end().then(() => {
        this.ending.delete(ended);
        this.pump();
      });
      this.ending.add(ended);
    });
    this.workers.push(worker);
    return worker;
  }

  private async execute(pending: Pending, worker: InferenceWorker, evictions: readonly LoadedCopy[]): Promise<void> {
    const { model } = pending;
    const startedAt = performance.now();
    pending.attempts += 1;
    try {
      const outputs = await this.occupy(worker, async () => {
        await this.load(model, worker, evictions);
        const done = await worker.run(versionOf(model), pending.inputs, this.deadlineOf(model));
        this.touch(worker, versionOf(model));
        this.options.onEvent?.({
          kind: 'run',
          model: versionOf(model),
          ms: done.ms,
          waitedMs: startedAt - pending.queuedAt,
        });
        const typical = this.typicalMs.get(model.id) ?? done.ms;
        this.typicalMs.set(model.id, typical + TYPICAL_WEIGHT * (done.ms - typical));
        return done.outputs;
      });
      pending.settled?.();
      pending.resolve(outputs);
    } catch (error) {
      this.fail(pending, error);
    }
    this.pump();
  }

  /** Marks the worker as busy while it works, and looks after its models when it is done. */
  private async occupy<T>(worker: InferenceWorker, work: () => Promise<T>): Promise<T> {
    worker.busy = true;
    try {
      return await work();
    } finally {
      worker.busy = false;
      this.releaseReplaced(worker);
      this.pump();
    }
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

  /** Makes the model ready on this worker; the place in the budget is taken before anything is awaited. */
  private async load(model: RunnableModel, worker: InferenceWorker, evictions: readonly LoadedCopy[]): Promise<void> {
    const version = versionOf(model);
    if (worker.loaded.has(version)) return;
    worker.loaded.set(version, performance.now());
    try {
      await Promise.all(evictions.map((copy) => this.evict(copy, worker)));
      const { path: file, sha256, minRamMb } = model;
      if (process.availableMemory() < minRamMb * BYTES_PER_MB)
        throw new Error(`it needs ${minRamMb} MB of free memory`);
      const task = { model: version, file, sha256, providers: this.providers, threads: 1 };
      const ms = await worker.load(task, LOAD_DEADLINE_MS);
      // The first run is slower by far: it allocates and lays out what later ones reuse.
      await worker.run(version, blankInput(model), this.deadlineOf(model));
      this.options.onEvent?.({ kind: 'loaded', model: version, ms });
    } catch (error) {
      worker.forget(version);
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onEvent?.({ kind: 'load-failed', model: version, reason });
      throw error;
    }
    this.touch(worker, version);
  }

  /** Releases another worker's copy, or one of the worker that waits for its place. */
  private async evict({ worker, version }: LoadedCopy, loading: InferenceWorker): Promise<void> {
    this.options.onEvent?.({ kind: 'released', model: version, reason: 'budget' });
    const release = () => worker.release(version, LOAD_DEADLINE_MS);
    // Losing the host releases its models as well.
    await (worker === loading ? release() : this.occupy(worker, release)).catch(() => {});
  }

  private touch(worker: InferenceWorker, version: string): void {
    worker.touch(version, this.registry.idleUnloadMsOf(version), () => {
      if (worker.busy) this.touch(worker, version);
      else this.release(worker, version, 'idle');
    });
  }

  private releaseReplaced(worker: InferenceWorker): void {
    for (const version of worker.loaded.keys()) {
      if (!worker.busy && !this.registry.has(version)) this.release(worker, version, 'replaced');
    }
  }

  private release(worker: InferenceWorker, version: string, reason: 'idle' | 'replaced'): void {
    this.options.onEvent?.({ kind: 'released', model: version, reason });
    void this.occupy(worker, () => worker.release(version, LOAD_DEADLINE_MS)).catch(() => {});
  }

  private async preloadOnce(model: RunnableModel): Promise<void> {
    const worker =
      this.workers.find(({ busy, loaded }) => !busy && !loaded.has(versionOf(model))) ?? this.startWorker();
    if (!worker || !evictionsFor(this.copies(), model.bytes, this.budget)) return;
    await this.occupy(worker, () => this.load(model, worker, [])).catch(() => {});
  }
}

/** Zeros in the shape of the model's input. */
function blankInput({ input }: RunnableModel): Record<string, PlainTensor> {
  const { name, layout, width, height } = input;
  const dims = layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width];
  return { [name]: { data: new Float32Array(3 * width * height), dims } };
}
