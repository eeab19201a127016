import type { ChatStore } from '#libs/chats';
import type { Catalogue } from '#libs/estates';
import type { OpenedPlatform } from '#libs/platform';
import { type FinishedJob, JobResults, JobWorker, type QueueBackend, type QueueName } from '#libs/queues';
import { JobMetrics } from './job-metrics.js';
import { openProcessors } from './processors.js';

/** A cut-out with a big model keeps its worker busy for long: its lock outlasts that. */
const CUTOUT_LOCK_MS = 120_000;

export interface WorkerParts {
  platform: OpenedPlatform;
  backend: QueueBackend;
  /** Mailboxes that results of chats' jobs are put into. */
  chats: Pick<ChatStore, 'ingestJobResult'>;
  catalogue: Catalogue;
  queues: readonly QueueName[];
  /** Whether the process waits for threads, lots and models to be loaded before it counts as ready; `required` by default. */
  readiness?: 'required' | 'optional';
}

/**
 * Serves queues in this process, each from when what it needs is loaded: results go into the mailbox of the chat that waits, or where partners ask for them. With
 * the process it stops taking jobs, finishes those in hand or gives them back, and ends its threads.
 */
export async function openWorker(parts: WorkerParts): Promise<void> {
  const { platform, backend, chats, catalogue, queues, readiness = 'required' } = parts;
  const { config, logger, metrics, pool, shutdown } = platform;
  const { concurrency, jobTimeoutMs, lockMs } = config.queues;
  const jobMetrics = new JobMetrics(metrics);
  const servesVision = queues.includes('vision');
  const computing = await openProcessors(platform, catalogue, queues, jobMetrics);
  const looking = servesVision ? await pictureProcessors(platform, catalogue, readiness) : null;
  const processors = { ...computing.processors, ...looking?.processors };
  const results = new JobResults(pool);
  const onFinished = async ({ id, name, chat, outcome, trace }: FinishedJob) => {
    if (chat) await chats.ingestJobResult({ ...chat, name, ...outcome, ...(trace !== undefined && { trace }) });
    else await results.settle(id, outcome);
  };
  const serve = (
    queues: readonly QueueName[],
    limits: { concurrency: number; timeoutMs: number; lockMs: number; warm?: Promise<void> },
  ) =>
    new JobWorker(backend, {
      queues,
      processors,
      onFinished,
      tracing: platform.tracing,
      ...limits,
      observe: ({ name, outcome, milliseconds, waitedMs }) => {
        metrics.jobSeconds.observe({ name, outcome }, milliseconds / 1_000);
        jobMetrics.waitSeconds.observe({ name }, waitedMs / 1_000);
        logger.debug({ job: name, outcome, ms: Math.round(milliseconds), waitedMs }, 'job');
      },
      onError: (error) => logger.warn({ err: error }, 'a queue worker is in trouble'),
    });
  const { vision } = config;
  const workers = [
    serve(
      queues.filter((name) => name !== 'vision'),
      { concurrency, timeoutMs: jobTimeoutMs, lockMs, warm: computing.warm },
    ),
    ...(looking
      ? [
          serve(['vision'], { concurrency: vision.concurrency, timeoutMs: jobTimeoutMs, lockMs, warm: looking.warm }),
          serve(['vision-cutout'], {
            ...{ concurrency: 1, timeoutMs: vision.cutoutTimeoutMs },
            ...{ lockMs: CUTOUT_LOCK_MS, warm: looking.warm },
          }),
        ]
      : []),
  ];
  shutdown.add('workers', async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  });
  if (readiness === 'required') await Promise.all(workers.map((worker) => worker.ready()));
}

/** Codecs and runtimes are loaded by workers of pictures alone. */
async function pictureProcessors(platform: OpenedPlatform, catalogue: Catalogue, readiness: 'required' | 'optional') {
  const { openPictureProcessors } = await import('./vision/picture-processors.js');
  return openPictureProcessors(platform, catalogue, readiness);
}
