import type { ChatStore } from '#libs/chats';
import type { Catalogue } from '#libs/estates';
import type { OpenedPlatform } from '#libs/platform';
import { type FinishedJob, JobResults, JobWorker, type QueueBackend, type QueueName } from '#libs/queues';
import { JobMetrics } from './job-metrics.js';
import { openProcessors } from './processors.js';
import { noVision } from './vision/no-vision.js';

/** A cut-out with a big model takes gigabytes and tens of seconds: one at a time, with a lock that outlasts a busy moment. */
const CUTOUT_LIMITS = { concurrency: 1, timeoutMs: 300_000, lockMs: 120_000 };

export interface WorkerParts {
  platform: OpenedPlatform;
  backend: QueueBackend;
  /** Mailboxes that results of chats' jobs are put into. */
  chats: Pick<ChatStore, 'ingestJobResult'>;
  catalogue: Catalogue;
  queues: readonly QueueName[];
}

/**
 * Serves queues in this process: results go into the mailbox of the chat that waits, or where partners ask for them. With
 * the process it stops taking jobs, finishes those in hand or gives them back, and ends its threads.
 */
export async function openWorker({ platform, backend, chats, catalogue, queues }: WorkerParts): Promise<void> {
  const { config, logger, metrics, pool, shutdown } = platform;
  const { concurrency, jobTimeoutMs, lockMs } = config.queues;
  const jobMetrics = new JobMetrics(metrics);
  const servesVision = queues.includes('vision');
  const processors = {
    ...(await openProcessors(platform, catalogue, queues, jobMetrics)),
    ...(servesVision ? noVision() : {}),
  };
  const results = new JobResults(pool);
  const onFinished = async ({ id, name, chat, outcome }: FinishedJob) => {
    if (chat) await chats.ingestJobResult({ ...chat, name, ...outcome });
    else await results.settle(id, outcome);
  };
  const serve = (queues: readonly QueueName[], limits: { concurrency: number; timeoutMs: number; lockMs: number }) =>
    new JobWorker(backend, {
      queues,
      processors,
      onFinished,
      ...limits,
      observe: ({ name, outcome, milliseconds, waitedMs }) => {
        metrics.jobSeconds.observe({ name, outcome }, milliseconds / 1_000);
        jobMetrics.waitSeconds.observe({ name }, waitedMs / 1_000);
        logger.debug({ job: name, outcome, ms: Math.round(milliseconds), waitedMs }, 'job');
      },
      onError: (error) => logger.warn({ err: error }, 'a queue worker is in trouble'),
    });
  const workers = [
    serve(queues, { concurrency, timeoutMs: jobTimeoutMs, lockMs }),
    ...(servesVision ? [serve(['vision-cutout'], CUTOUT_LIMITS)] : []),
  ];
  shutdown.add('workers', async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  });
  await Promise.all(workers.map((worker) => worker.ready()));
}
