import path from 'node:path';
import { Piscina } from 'piscina';

export interface ThreadPoolOptions {
  /** File of the thread's code, which exports `run` and `ready`, from the root of the checkout and without extension: `apps/worker/src/reports/finance-thread`. */
  entry: string;
  threads: number;
  /** Whether threads begin at once (default) or with the first task. */
  warm?: boolean;
  /** Tasks one thread works on at once; more than one only pays where tasks wait for a database. */
  tasksPerThread?: number;
  /** A thread with timers of its own must not sleep between tasks. */
  background?: boolean;
  /** Limit of one thread's heap, MiB; the thread that passes it ends and is replaced. */
  memoryMb?: number;
  /** Structured-cloneable start values of a thread. */
  data?: unknown;
  onMessage?: (message: unknown) => void;
  onError?: (error: Error) => void;
}

/** Threads load compiled code only: from TypeScript sources (vitest) they take what `ci/build.mjs` made of it in dist/. */
function compiledFile(entry: string): string {
  const here = import.meta.dirname;
  const dist = `${path.sep}dist${path.sep}`;
  const root = path.resolve(here, '../../../..');
  return path.join(here.includes(dist) ? root : path.join(root, 'dist'), `${entry}.js`);
}

/**
 * CPU-bound tasks in worker threads. A task whose signal is aborted while it runs has its thread terminated and replaced:
 * nothing it does can hold the process.
 */
export class ThreadPool<Task, Answer> {
  private readonly pool: Piscina<Task, Answer>;

  constructor({
    entry,
    threads,
    warm = true,
    tasksPerThread,
    background,
    memoryMb,
    data,
    onMessage,
    onError,
  }: ThreadPoolOptions) {
    this.pool = new Piscina<Task, Answer>({
      filename: path.isAbsolute(entry) ? entry : compiledFile(entry),
      name: 'run',
      minThreads: warm ? threads : 0,
      maxThreads: threads,
      concurrentTasksPerWorker: tasksPerThread ?? 1,
      atomics: background ? 'disabled' : 'sync',
      // Flags of the parent (a test runner's conditions) are not the thread's.
      execArgv: [],
      ...(memoryMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
      ...(data !== undefined && { workerData: data }),
    });
    if (onMessage) this.pool.on('message', onMessage);
    this.pool.on('error', (error: Error) => onError?.(error));
  }

  /** Resolves when a thread has loaded its code and what its `ready` prepares; rejects with the error of that. */
  async ready(): Promise<void> {
    await this.pool.run(undefined as Task, { name: 'ready' });
  }

  /** Runs the task; rejects with the thread's error, or when the signal is aborted. */
  run(task: Task, signal?: AbortSignal): Promise<Answer> {
    return this.pool.run(task, signal ? { signal } : {});
  }

  /** Tasks no thread has begun. */
  get waiting(): number {
    return this.pool.queueSize;
  }

  /** Ends the threads; what they were doing is rejected. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
