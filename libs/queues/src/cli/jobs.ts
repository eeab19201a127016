// `npm run jobs`: the dead letters of the queues — jobs whose attempts are used up — and their replay.
import { parseArgs } from 'node:util';
import { loadConfig, openPlatform } from '#libs/platform';
import { QueueBackend } from '../backend.js';
import { JobQueue } from '../job-queue.js';
import { isQueueName, QUEUE_NAMES } from '../job-types.js';
import type { QueueBackendSettings } from '../wake/wake-backend.js';

const USAGE = `npm run jobs -- failed [--limit N]      lists dead letters, newest first
npm run jobs -- replay QUEUE ID         puts one back into its queue (${QUEUE_NAMES.join(', ')})
npm run jobs -- depth                   counts unfinished jobs by queue

With REDIS_URL the queues are read from Redis. Otherwise set DATABASE_URL, or stop the process that holds the data directory.`;

type Command = (queue: JobQueue) => Promise<void>;

const failed =
  (limit: number): Command =>
  async (queue) => {
    const letters = await queue.failed(limit);
    for (const { queue: name, id, name: job, attempts, failedAt, reason } of letters) {
      console.log([name, id, job, `attempts ${attempts}`, failedAt?.toISOString() ?? '', reason].join('\t'));
    }
    console.error(`${letters.length} dead letters`);
  };

const depth: Command = async (queue) => {
  for (const [name, count] of Object.entries(await queue.depth())) console.log(`${name}\t${count}`);
};

const replay =
  (name: string, id: string): Command =>
  async (queue) => {
    const replayed = isQueueName(name) && (await queue.replay(name, id));
    console.log(replayed ? 'put back' : `queue "${name}" has no dead letter of that id`);
    if (!replayed) process.exitCode = 1;
  };

function commandOf(): Command | null {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { limit: { type: 'string', default: '100' } },
  });
  const [name, ...rest] = positionals;
  const limit = Number(values.limit);
  if (name === 'failed' && rest.length === 0 && Number.isInteger(limit) && limit > 0) return failed(limit);
  if (name === 'depth' && rest.length === 0) return depth;
  if (name === 'replay' && rest.length === 2) return replay(rest[0]!, rest[1]!);
  return null;
}

async function overQueues(settings: QueueBackendSettings, command: Command): Promise<void> {
  const backend = await QueueBackend.open(settings);
  const queue = new JobQueue(backend);
  try {
    await command(queue);
  } finally {
    await queue.close();
    await backend.close();
  }
}

async function main(): Promise<void> {
  const command = commandOf();
  if (!command) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const config = loadConfig();
  const { redisUrl } = config.queues;
  if (redisUrl) return overQueues({ redisUrl }, command);
  const platform = await openPlatform(config, 'jobs');
  try {
    await overQueues({ databaseUrl: platform.databaseUrl }, command);
  } finally {
    await platform.shutdown.run();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
