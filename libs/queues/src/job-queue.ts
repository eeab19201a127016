import type { Queue } from 'bullmq';
import type { QueueBackend } from './backend.js';
import { JOB_QUEUES, type JobEnvelope, type JobName, PRIORITY, QUEUE_NAMES, type QueueName } from './job-types.js';

export interface AddJob {
  /** Derived from what asks for it, so that asking again is asking once. No colon, not a number. */
  id: string;
  envelope: JobEnvelope;
  priority?: keyof typeof PRIORITY;
}

export interface FailedJob {
  id: string;
  queue: QueueName;
  name: string;
  reason: string;
  attempts: number;
  failedAt: Date | null;
}

/** Finished jobs are kept longer than any sender retries, so that their ids go on protecting. Seconds. */
const KEEP_COMPLETED_S = 24 * 3_600;
const KEEP_FAILED_S = 14 * 24 * 3_600;
export const JOB_ATTEMPTS = 3;

/** Puts CPU-bound jobs into their queues. */
export class JobQueue {
  private readonly queues: Map<QueueName, Queue<JobEnvelope>>;

  constructor(backend: QueueBackend) {
    this.queues = new Map(
      QUEUE_NAMES.map((name) => [
        name,
        backend.queue<JobEnvelope, unknown>(name, {
          defaultJobOptions: {
            attempts: JOB_ATTEMPTS,
            backoff: { type: 'exponential', delay: 1_000, jitter: 0.3 },
            removeOnComplete: { age: KEEP_COMPLETED_S, count: 100_000 },
            removeOnFail: { age: KEEP_FAILED_S },
          },
        }) as Queue<JobEnvelope>,
      ]),
    );
  }

  /** Adds the job once: an id that is still known is left as it is. */
  async add(name: JobName, job: AddJob): Promise<void> {
    await this.queueOf(name).add(name, job.envelope, { jobId: job.id, priority: PRIORITY[job.priority ?? 'chat'] });
  }

  /**
   * Adds a job again whose outcome has not come: one the queue has forgotten is new to it, one whose failure could not be
   * told to anybody is tried anew, any other goes on as it is.
   */
  async putBack(name: JobName, job: AddJob): Promise<void> {
    if ((await this.state(name, job.id)) === 'failed') await this.replay(JOB_QUEUES[name], job.id);
    else await this.add(name, job);
  }

  /** Takes a job that has not begun out of its queue; a running one goes on and its result is ignored by the reader. */
  async cancel(name: JobName, id: string): Promise<boolean> {
    const removed = await this.queueOf(name)
      .remove(id)
      .catch(() => 0);
    return removed === 1;
  }

  async state(name: JobName, id: string): Promise<'waiting' | 'active' | 'completed' | 'failed' | 'unknown'> {
    const state = await this.queueOf(name).getJobState(id);
    if (state === 'active' || state === 'completed' || state === 'failed' || state === 'unknown') return state;
    return 'waiting';
  }

  /** Jobs not finished yet, by queue. */
  async depth(): Promise<Record<QueueName, number>> {
    const entries = await Promise.all(
      [...this.queues].map(async ([name, queue]) => {
        const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
        return [name, Object.values(counts).reduce((sum, count) => sum + count, 0)] as const;
      }),
    );
    return Object.fromEntries(entries) as Record<QueueName, number>;
  }

  /** Jobs being done, over all queues. */
  async activeCount(): Promise<number> {
    const counts = await Promise.all([...this.queues.values()].map((queue) => queue.getActiveCount()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Dead letters: jobs whose attempts are used up, newest first. */
  async failed(limit = 100): Promise<FailedJob[]> {
    const lists = await Promise.all(
      [...this.queues].map(async ([queue, source]) =>
        (await source.getFailed(0, limit - 1)).map((job) => ({
          id: String(job.id),
          queue,
          name: job.name,
          reason: job.failedReason ?? '',
          attempts: job.attemptsMade,
          failedAt: job.finishedOn ? new Date(job.finishedOn) : null,
        })),
      ),
    );
    return lists
      .flat()
      .sort((a, b) => (b.failedAt?.getTime() ?? 0) - (a.failedAt?.getTime() ?? 0))
      .slice(0, limit);
  }

  /** Puts a dead letter back with its attempts renewed; false when there is no such failed job. */
  async replay(queue: QueueName, id: string): Promise<boolean> {
    const job = await this.queues.get(queue)?.getJob(id);
    if (!job || !(await job.isFailed())) return false;
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  }

  /** The queues themselves, for Bull Board. */
  all(): Queue[] {
    return [...this.queues.values()];
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queueOf(name: JobName): Queue<JobEnvelope> {
    return this.queues.get(JOB_QUEUES[name])!;
  }
}
