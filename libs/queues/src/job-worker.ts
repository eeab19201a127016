import { type Job, UnrecoverableError, type Worker } from 'bullmq';
import type { JsonValue } from '#libs/chats';
import type { QueueBackend } from './backend.js';
import { JobRefusal } from './job-refusal.js';
import {
  JOB_QUEUES,
  type JobChat,
  type JobEnvelope,
  type JobName,
  type JobOutcome,
  type QueueName,
} from './job-types.js';

export interface JobContext {
  jobId: string;
  /** Files asked for; null = what the job offers by itself. */
  files: readonly string[] | null;
  /** Aborted when the job's time is over. */
  signal: AbortSignal;
}

/** Does one kind of job; must be safe to run twice. Throws JobRefusal for input it cannot work on. */
export type JobProcessor = (payload: JsonValue, context: JobContext) => Promise<JsonValue>;

export interface FinishedJob {
  id: string;
  name: JobName;
  chat?: JobChat;
  outcome: JobOutcome;
}

export interface JobWorkerOptions {
  queues: readonly QueueName[];
  processors: Partial<Record<JobName, JobProcessor>>;
  /**
   * Stores the outcome where it is waited for, before the job counts as done; called again when the job is run again, so
   * it must be idempotent. Its failure makes the job run again.
   */
  onFinished: (job: FinishedJob) => Promise<void>;
  concurrency: number;
  /** Limit of one job, ms. */
  timeoutMs?: number;
  /** A worker that does not renew its lock for this long has died: another runs the job. */
  lockMs?: number;
  observe?: (job: {
    name: JobName;
    outcome: 'completed' | 'refused' | 'failed' | 'retried';
    milliseconds: number;
    waitedMs: number;
  }) => void;
  onError?: (error: Error) => void;
}

const FAILED_TEXT = 'Не удалось выполнить расчёт. Попробуйте ещё раз или позовите менеджера.';

/**
 * Serves the named queues. Refuses to start unless every job of these queues has a processor and every processor a queue
 * that is served: the message says which line to add.
 */
export class JobWorker {
  private readonly workers: Worker<JobEnvelope, JsonValue>[];

  constructor(
    backend: QueueBackend,
    private readonly options: JobWorkerOptions,
  ) {
    for (const [name, queue] of Object.entries(JOB_QUEUES) as [JobName, QueueName][]) {
      if (options.queues.includes(queue) && !options.processors[name]) {
        throw new Error(`job "${name}" of queue "${queue}" has no processor: add it to the processors of apps/worker`);
      }
    }
    this.workers = options.queues.map((queue) => {
      const worker = backend.worker<JobEnvelope, JsonValue>(queue, (job) => this.process(job as Job<JobEnvelope>), {
        concurrency: options.concurrency,
        lockDuration: options.lockMs ?? 30_000,
        stalledInterval: Math.min(options.lockMs ?? 30_000, 15_000),
        // A job whose worker was killed runs again; only one that kills worker after worker is given up.
        maxStalledCount: 5,
      });
      worker.on('error', (error: Error) => options.onError?.(error));
      worker.on('failed', (job: Job<JobEnvelope> | undefined, error: Error) => {
        // Given up by the stalled check, without the processor: the waiting chat must hear of it all the same.
        if (job && /stalled/i.test(error.message)) void this.giveUp(job);
      });
      return worker;
    });
  }

  /** Resolves when every queue is being served. */
  async ready(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.waitUntilReady()));
  }

  /** Lets running jobs finish, takes no new ones. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private async process(job: Job<JobEnvelope>): Promise<JsonValue> {
    const name = job.name as JobName;
    const processor = this.options.processors[name];
    if (!processor) throw new UnrecoverableError(`no processor for job "${job.name}"`);
    const started = performance.now();
    const waitedMs = Math.max(0, (job.processedOn ?? Date.now()) - job.timestamp);
    const report = (outcome: 'completed' | 'refused' | 'failed' | 'retried') =>
      this.options.observe?.({ name, outcome, milliseconds: performance.now() - started, waitedMs });
    const finish = (outcome: JobOutcome) =>
      this.options.onFinished({
        id: String(job.id),
        name,
        outcome,
        ...(job.data.chat ? { chat: job.data.chat } : {}),
      });
    try {
      const result = await processor(job.data.payload, {
        jobId: String(job.id),
        files: job.data.files ?? null,
        signal: AbortSignal.timeout(this.options.timeoutMs ?? 60_000),
      });
      await finish({ status: 'completed', result });
      report('completed');
      // The result stands where it is waited for; the queue keeps no copy.
      return null;
    } catch (error) {
      if (error instanceof JobRefusal) {
        await finish({ status: 'failed', problem: { code: error.code, detail: error.detail } });
        report('refused');
        return null;
      }
      const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1) || error instanceof UnrecoverableError;
      if (last) await finish({ status: 'failed', problem: { code: 'JOB_FAILED', detail: FAILED_TEXT } });
      report(last ? 'failed' : 'retried');
      throw error;
    }
  }

  private async giveUp(job: Job<JobEnvelope>): Promise<void> {
    try {
      await this.options.onFinished({
        id: String(job.id),
        name: job.name as JobName,
        outcome: { status: 'failed', problem: { code: 'JOB_FAILED', detail: FAILED_TEXT } },
        ...(job.data.chat ? { chat: job.data.chat } : {}),
      });
    } catch (error) {
      this.options.onError?.(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
