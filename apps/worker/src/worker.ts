import type { ChatStore } from '#libs/chats';
import type { OpenedPlatform } from '#libs/platform';
import type { JobName } from '#libs/queues';
import {
  type FinishedJob,
  type JobProcessor,
  JobResults,
  JobWorker,
  type QueueBackend,
  type QueueName,
} from '#libs/queues';

export interface WorkerParts {
  platform: OpenedPlatform;
  backend: QueueBackend;
  /** Mailboxes that results of chats' jobs are put into. */
  chats: ChatStore;
  queues: readonly QueueName[];
  processors: Partial<Record<JobName, JobProcessor>>;
}

/** Serves queues in this process: results go into the mailbox of the chat that waits, or where partners ask for them. */
export async function openWorker({ platform, backend, chats, queues, processors }: WorkerParts): Promise<void> {
  const { config, logger, metrics, pool, shutdown } = platform;
  const results = new JobResults(pool);
  const onFinished = async ({ id, name, chat, outcome }: FinishedJob) => {
    if (chat) await chats.ingestJobResult({ ...chat, name, ...outcome });
    else await results.settle(id, outcome);
  };
  const worker = new JobWorker(backend, {
    queues,
    processors,
    onFinished,
    concurrency: config.queues.concurrency,
    observe: ({ name, outcome, milliseconds, waitedMs }) => {
      metrics.jobSeconds.observe({ name, outcome }, milliseconds / 1_000);
      logger.debug({ job: name, outcome, ms: Math.round(milliseconds), waitedMs }, 'job');
    },
    onError: (error) => logger.warn({ err: error }, 'a queue worker is in trouble'),
  });
  await worker.ready();
  shutdown.add('workers', () => worker.close());
}
