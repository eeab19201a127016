import { setTimeout as sleep } from 'node:timers/promises';
import type { HostIsolation } from './host-connection.js';
import type { PlainTensor } from './inference-messages.js';
import { InferenceWorker } from './inference-worker.js';
import { evictionsFor, type LoadedCopy, loadedCopies } from './loaded-models.js';
import { type ModelRegistry, type RunnableModel, versionOf } from './model-registry.js';

/** What a runner did, for metrics and logs. */
export type RunnerEvent =
  | { kind: 'run'; model: string; ms: number; waitedMs: number }
  | { kind: 'loaded'; model: string; ms: number }
  | { kind: 'released'; model: string; reason: 'idle' | 'budget' | 'replaced' }
  | { kind: 'load-failed'; model: string; reason: string }
  | { kind: 'host-lost'; model: string; cause: 'deadline' | 'exit' };

/** What one host is and does now. */
export interface HostState {
  /** Absent for a thread. */
  pid: number | undefined;
  busy: boolean;
  /** As of its last answer; of the whole process for a thread. */
  rssBytes: number;
  /** Versions of models. */
  loaded: string[];
}

export interface HostPoolOptions {
  hosts: number;
  isolation: HostIsolation;
  /** In the order they are tried. */
  providers: string[];
  /** Bytes of model files in memory, every copy counted. */
  budgetBytes: number;
  deadlineOf: (model: RunnableModel) => number;
  onEvent: (event: RunnerEvent) => void;
  /** A host or memory has become free. */
  onFree: () => void;
}

/** A free host for a model, and what must be released elsewhere before it is loaded there. */
export interface Place {
  worker: InferenceWorker;
  evictions: readonly LoadedCopy[];
}

const BYTES_PER_MB = 1_048_576;
const LOAD_DEADLINE_MS = 60_000;
const CLOSE_MS = 10_000;
/** Hosts sent away that have not ended yet, for each host in use: more than that and nothing new is started. */
const ABANDONED_PER_HOST = 2;

/** Hosts and the models they hold: started when needed, loaded within the memory budget, released when idle. */
export class HostPool {
  private readonly workers: InferenceWorker[] = [];
  /** Hosts sent away that have not ended yet. */
  private readonly ending = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private registry: ModelRegistry,
    private readonly options: HostPoolOptions,
  ) {}

  get state(): { hosts: HostState[]; modelBytes: number } {
    return {
      hosts: this.workers.map(({ pid, busy, rssBytes, loaded }) => ({
        pid,
        busy,
        rssBytes,
        loaded: [...loaded.keys()],
      })),
      modelBytes: this.copies().reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Takes other models: those that are no longer there are released as soon as their host is free. */
  use(registry: ModelRegistry): void {
    this.registry = registry;
    for (const worker of this.workers) this.releaseReplaced(worker);
  }

  /** Where the model can be run now; null when nothing is free or the budget is taken by models in use. */
  placeFor(model: RunnableModel): Place | null {
    const version = versionOf(model);
    const free = this.workers.filter(({ busy }) => !busy);
    const ready = free.find(({ loaded }) => loaded.has(version));
    if (ready) return { worker: ready, evictions: [] };
    const evictions = evictionsFor(this.copies(), model.bytes, this.options.budgetBytes);
    if (!evictions) return null;
    // Others are not pushed out for a second copy: the first will be free soon.
    if (evictions.length > 0 && this.workers.some(({ loaded }) => loaded.has(version))) return null;
    const worker = free.sort((a, b) => a.loaded.size - b.loaded.size)[0] ?? this.startWorker();
    return worker ? { worker, evictions } : null;
  }

  /** Throws HostLostError, or an Error with what the runtime said. */
  run(
    model: RunnableModel,
    { worker, evictions }: Place,
    inputs: Record<string, PlainTensor>,
  ): Promise<{ outputs: Record<string, PlainTensor>; ms: number }> {
    return this.occupy(worker, async () => {
      await this.load(model, worker, evictions);
      const done = await worker.run(versionOf(model), inputs, this.options.deadlineOf(model));
      this.touch(worker, versionOf(model));
      return done;
    });
  }

  /** Loads and warms up the models on every host, as far as the budget goes. A model that cannot be loaded is told as an event. */
  async preload(models: readonly RunnableModel[]): Promise<void> {
    if (models.length === 0) return;
    await Promise.all(
      Array.from({ length: this.options.hosts }, async () => {
        for (const model of models) await this.preloadOnce(model);
      }),
    );
  }

  /** Ends the hosts. A thread inside a run is waited for, up to ten seconds: ending the process before it does aborts it. */
  async close(): Promise<void> {
    this.closed = true;
    for (const worker of [...this.workers]) void worker.end();
    const limit = new AbortController();
    const late = sleep(CLOSE_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(this.ending), late]);
    limit.abort();
  }

  private copies(): LoadedCopy[] {
    return loadedCopies(this.workers, this.registry.bytesOf);
  }

  private startWorker(): InferenceWorker | null {
    const { hosts, isolation, onFree } = this.options;
    if (this.closed || this.workers.length >= hosts || this.ending.size >= hosts * ABANDONED_PER_HOST) return null;
    const worker = new InferenceWorker(isolation, () => {
      this.workers.splice(this.workers.indexOf(worker), 1);
      const ended = worker.end().then(() => {
        this.ending.delete(ended);
        onFree();
      });
      this.ending.add(ended);
    });
    this.workers.push(worker);
    return worker;
  }

  /** Marks the worker as busy while it works, and looks after its models when it is done. */
  private async occupy<T>(worker: InferenceWorker, work: () => Promise<T>): Promise<T> {
    worker.busy = true;
    try {
      return await work();
    } finally {
      worker.busy = false;
      this.releaseReplaced(worker);
      this.options.onFree();
    }
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
      const task = { model: version, file, sha256, providers: this.options.providers, threads: 1 };
      const ms = await worker.load(task, LOAD_DEADLINE_MS);
      // The first run is slower by far: it allocates and lays out what later ones reuse.
      await worker.run(version, blankInput(model), this.options.deadlineOf(model));
      this.options.onEvent({ kind: 'loaded', model: version, ms });
    } catch (error) {
      worker.forget(version);
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onEvent({ kind: 'load-failed', model: version, reason });
      throw error;
    }
    this.touch(worker, version);
  }

  /** Releases another worker's copy, or one of the worker that waits for its place. */
  private async evict({ worker, version }: LoadedCopy, loading: InferenceWorker): Promise<void> {
    this.options.onEvent({ kind: 'released', model: version, reason: 'budget' });
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
    this.options.onEvent({ kind: 'released', model: version, reason });
    void this.occupy(worker, () => worker.release(version, LOAD_DEADLINE_MS)).catch(() => {});
  }

  private async preloadOnce(model: RunnableModel): Promise<void> {
    const worker =
      this.workers.find(({ busy, loaded }) => !busy && !loaded.has(versionOf(model))) ?? this.startWorker();
    if (!worker || !evictionsFor(this.copies(), model.bytes, this.options.budgetBytes)) return;
    await this.occupy(worker, () => this.load(model, worker, [])).catch(() => {});
  }
}

/** Zeros in the shape of the model's input. */
function blankInput({ input }: RunnableModel): Record<string, PlainTensor> {
  const { name, layout, width, height } = input;
  const dims = layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width];
  return { [name]: { data: new Float32Array(3 * width * height), dims } };
}
