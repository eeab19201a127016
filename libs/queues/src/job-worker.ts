import type * as BullMq from 'bullmq';
import type { Job, Worker } from 'bullmq';
import type { JsonValue } from '#libs/chats';
import { isServerAway, noTracing, type OpenSpan, type Tracing } from '#libs/platform';
import type { QueueBackend } from './backend.js';
import { JobRefusal } from './job-refusal.js';
import {
  JOB_FAILED,
  JOB_QUEUES,
  type JobChat,
  type JobEnvelope,
  type JobName,
  type JobOutcome,
  type JobProblem,
  type QueueName,
} from './job-types.js';

export interface JobContext {
  jobId: string;
  /** Files asked for; null = what the job offers by itself. */
  files: readonly string[] | null;
  /** Aborted when the job's time is over or the worker stops: whatever computes is stopped then. */
  signal: AbortSignal;
  /** No attempt follows this one: what there is must do. */
  isLastAttempt: boolean;
}

/** Does one kind of job; must be safe to run twice. Throws JobRefusal for input it cannot work on. */
export type JobProcessor = (payload: JsonValue, context: JobContext) => Promise<JsonValue>;

export interface FinishedJob {
  id: string;
  name: JobName;
  chat?: JobChat;
  outcome: JobOutcome;
  /** W3C traceparent of the job's span, while tracing is on. */
  trace?: string;
}

/** How one run of a job ended; `returned` went back to its queue because the worker stops or a server of ours is away. */
export type JobRun = 'completed' | 'refused' | 'failed' | 'retried' | 'returned';

export interface JobWorkerOptions {
  queues: readonly QueueName[];
  processors: Partial<Record<JobName, JobProcessor>>;
  /**
   * Stores the outcome where it is waited for, before the job counts as done; called again when the job is run again, so
   * it must be idempotent. Its failure makes the job run again.
   */
  onFinished: (job: FinishedJob) => Promise<void>;
  concurrency: number;
  /**
   * Jobs are left to other workers until this is settled: one in hand of a process that cannot work yet waits longest, and
   * is cut off when the process is killed. Rejected, it is reported, and jobs are taken all the same.
   */
  warm?: Promise<void>;
  /** Limit of one job, ms. */
  timeoutMs?: number;
  /** A worker that does not renew its lock for this long has died: another runs the job. */
  lockMs?: number;
  /**
   * In how many killed workers' hands a job may have been before it is taken for what kills them. Jobs beside it are cut
   * off with it and finish between the kills: the more runs, the surer that only the culprit is given up.
   */
  cutOffRuns?: number;
  observe?: (job: { name: JobName; outcome: JobRun; milliseconds: number; waitedMs: number }) => void;
  onError?: (error: Error) => void;
  tracing?: Tracing;
}

/** Time that jobs in hand get when the worker stops, ms. */
const STOP_GRACE_MS = 8_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CUT_OFF_RUNS = 10;
/** Pause before a job is tried again that met a server of ours away; those tries count as no attempts for so long, ms. */
const AWAY_PAUSE_MS = 1_000;
const AWAY_PATIENCE_MS = 600_000;
const FAILED_TEXT = 'Не удалось выполнить расчёт. Попробуйте ещё раз или позовите менеджера.';

function problemOf({ code, detail, details }: JobRefusal): JobProblem {
  return { code, detail, ...(Object.keys(details).length > 0 && { details }) };
}

function isAway(error: unknown, job: Job): boolean {
  return isServerAway(error) && Date.now() - job.timestamp < AWAY_PATIENCE_MS;
}

/** Rejects when the signal is aborted: a processor that ignores it must not hold the job. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * Serves the named queues. Refuses to start unless every job of these queues has a processor and every processor a queue
 * that is served: the message says which line to add.
 */
export class JobWorker {
  private readonly workers: Worker<JobEnvelope, JsonValue>[];
  private readonly running = new Set<AbortController>();
  private readonly bullmq: typeof BullMq;
  private readonly begun: Promise<void>;
  private stopping = false;
  private closed = false;

  constructor(
    backend: QueueBackend,
    private readonly options: JobWorkerOptions,
  ) {
    for (const [name, queue] of Object.entries(JOB_QUEUES) as [JobName, QueueName][]) {
      if (options.queues.includes(queue) && !options.processors[name]) {
        throw new Error(`job "${name}" of queue "${queue}" has no processor: add it to the processors of apps/worker`);
      }
    }
    this.bullmq = backend.bullmq;
    this.workers = options.queues.map((queue) => {
      const worker = backend.worker<JobEnvelope, JsonValue>(
        queue,
        (job, token) => this.process(job as Job<JobEnvelope>, token),
        {
          concurrency: options.concurrency,
          lockDuration: options.lockMs ?? 30_000,
          stalledInterval: Math.min(options.lockMs ?? 30_000, 15_000),
          maxStalledCount: options.cutOffRuns ?? DEFAULT_CUT_OFF_RUNS,
          autorun: false,
        },
      );
      worker.on('error', (error: Error) => options.onError?.(error));
      worker.on('failed', (job: Job<JobEnvelope> | undefined, error: Error) => {
        // Given up by the stalled check, without the processor: the waiting chat must hear of it all the same.
        if (job && /stalled/i.test(error.message)) void this.giveUp(job);
      });
      return worker;
    });
    this.begun = this.begin();
  }

  /** Resolves when every queue is being served. */
  async ready(): Promise<void> {
    await Promise.all([this.begun, ...this.workers.map((worker) => worker.waitUntilReady())]);
  }

  /** Takes no new jobs and lets the running ones finish; those that have not in `graceMs` go back to their queues. */
  async close(graceMs = STOP_GRACE_MS): Promise<void> {
    const grace = setTimeout(() => {
      this.stopping = true;
      for (const control of this.running) control.abort(new Error('the worker is stopping'));
    }, graceMs);
    this.closed = true;
    await Promise.all(this.workers.map((worker) => worker.close()));
    clearTimeout(grace);
  }

  private async begin(): Promise<void> {
    await this.options.warm?.catch((error: Error) => this.options.onError?.(error));
    if (this.closed) return;
    // Each goes on until its worker is closed.
    for (const worker of this.workers) worker.run().catch((error: Error) => this.options.onError?.(error));
  }

  /** A database that is away is no fault of the job: it waits, keeps its attempts and tells nobody that it failed. */
  private async process(job: Job<JobEnvelope>, token: string | undefined): Promise<JsonValue> {
    try {
      const { name, queueName, data, attemptsMade } = job;
      const attributes = { job: name, queue: queueName, attempt: attemptsMade + 1 };
      const tracing = this.options.tracing ?? noTracing;
      return await tracing.span('job.run', { parent: data.trace, attributes }, (span) =>
        this.attempt(job, token, span),
      );
    } catch (error) {
      if (!isAway(error, job)) throw error;
      await job.moveToDelayed(Date.now() + AWAY_PAUSE_MS, token);
      throw new this.bullmq.DelayedError();
    }
  }

  private async attempt(job: Job<JobEnvelope>, token: string | undefined, span: OpenSpan): Promise<JsonValue> {
    const name = job.name as JobName;
    const processor = this.options.processors[name];
    if (!processor) throw new this.bullmq.UnrecoverableError(`no processor for job "${job.name}"`);
    const started = performance.now();
    const waitedMs = Math.max(0, (job.processedOn ?? Date.now()) - job.timestamp);
    const report = (outcome: JobRun) => {
      span.set({ outcome });
      this.options.observe?.({ name, outcome, milliseconds: performance.now() - started, waitedMs });
    };
    const finish = (outcome: JobOutcome) =>
      this.options.onFinished({
        id: String(job.id),
        name,
        outcome,
        ...(job.data.chat ? { chat: job.data.chat } : {}),
        ...(span.traceparent !== undefined && { trace: span.traceparent }),
      });
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const control = new AbortController();
    const timer = setTimeout(
      () => control.abort(new Error('the time of the job is over')),
      this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    );
    this.running.add(control);
    try {
      const { signal } = control;
      const work = processor(job.data.payload, {
        jobId: String(job.id),
        files: job.data.files ?? null,
        signal,
        isLastAttempt: isLast,
      });
      const result = await Promise.race([work, aborted(signal)]);
      await finish({ status: 'completed', result });
      report('completed');
      // The result stands where it is waited for; the queue keeps no copy.
      return null;
    } catch (error) {
      if (error instanceof JobRefusal) {
        await finish({ status: 'failed', problem: problemOf(error) });
        report('refused');
        return null;
      }
      if (this.stopping) {
        await job.moveToWait(token);
        report('returned');
        throw new this.bullmq.WaitingError();
      }
      if (isAway(error, job)) {
        report('returned');
        throw error;
      }
      const last = isLast || error instanceof this.bullmq.UnrecoverableError;
      if (last) await finish({ status: 'failed', problem: { code: JOB_FAILED, detail: FAILED_TEXT } });
      report(last ? 'failed' : 'retried');
      throw error;
    } finally {
      clearTimeout(timer);
      this.running.delete(control);
    }
  }

  private async giveUp(job: Job<JobEnvelope>): Promise<void> {
    try {
      await this.options.onFinished({
        id: String(job.id),
        name: job.name as JobName,
        outcome: { status: 'failed', problem: { code: JOB_FAILED, detail: FAILED_TEXT } },
        ...(job.data.chat ? { chat: job.data.chat } : {}),
      });
    } catch (error) {
      this.options.onError?.(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
