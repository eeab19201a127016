// From the core's commit of a turn that asks for a job to the commit of the turn that shows its card, composed as `npm
// start` composes it: outbox, job sender, queue, worker with its threads, mailbox, turn. Both backends stand side by side and take turns, so that a busy
// machine is busy for both.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createChats, type JsonValue } from '#libs/chats';
import { createPostgresCatalogue, PostgresStore, seedCatalogue } from '#libs/estates';
import { loadConfig, openPlatform } from '#libs/platform';
import { JobQueue, LatestJobs, QueueBackend } from '#libs/queues';
import { hasRedis, RedisServer } from '#libs/testing';
import { JobSender } from '../../apps/core/src/job-sender.js';
import { openWorker } from '../../apps/worker/src/index.js';
import { jobHandler } from '../chaos/job-handler.js';
import { type Load, measureLoad, medianLoad } from './load.js';
import type { Bench } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const WARM_UP = 20;
const ROUNDS = 3;

type JobOf = (n: number) => { name: string; payload: JsonValue };

/** Every request differs from all others, so that none is answered from the cache. */
const valuation: JobOf = (n) => ({
  name: 'valuation',
  payload: { kind: 'office', deal: 'sale', class: 'A', station: 'Тверская', walkMeters: 400, area: 50 + n / 10 },
});
const search: JobOf = (n) => ({
  name: 'search',
  payload: { criteria: { deal: 'rent', kind: 'office', areaMin: 50 + n / 10, areaMax: 300 }, limit: 10 },
});
const model: JobOf = (n) => ({
  name: 'finance-model',
  payload: {
    ...{ model: 'retail-ready', pricePerM2: 300_000, fitOut: 'shell', monthlyRent: 400_000, vatPercent: 5 },
    area: 50 + n / 10,
  },
});
const repeated: JobOf = () => valuation(0);

const CASES: { metric: string; job: JobOf; concurrency: number; total: number }[] = [
  { metric: 'valuation.c1', job: valuation, concurrency: 1, total: 40 },
  { metric: 'valuation.c16', job: valuation, concurrency: 16, total: 160 },
  { metric: 'valuation cached.c1', job: repeated, concurrency: 1, total: 40 },
  { metric: 'search.c1', job: search, concurrency: 1, total: 30 },
  { metric: 'model with xlsx, pdf, png.c1', job: model, concurrency: 1, total: 8 },
];

type Kind = 'postgres' | 'redis';

/** The product's path of a job over one backend. */
interface Stack {
  /** Milliseconds from commit to commit. */
  roundTrip(job: JobOf): Promise<number>;
  /** Jobs that came back failed, of how many. */
  failed(): Promise<{ failed: number; requests: number }>;
  close(): Promise<void>;
}

async function openStack(kind: Kind): Promise<Stack> {
  const server = await startThrowawayPostgres();
  const redis = kind === 'redis' ? await RedisServer.start() : null;
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-bench-queue-'));
  chmodSync(folder, 0o777);
  const platform = await openPlatform(
    loadConfig({ LOG_LEVEL: 'warn', WEWALL_DATA_DIR: folder, WORKER_CONCURRENCY: '4', DATABASE_URL: server.url }),
    'bench',
  );
  const { pool, databaseUrl, shutdown } = platform;
  await seedCatalogue(new PostgresStore(pool), path.join(ROOT, 'data'));
  const backend = await QueueBackend.open(redis ? { redisUrl: redis.url } : { databaseUrl });
  shutdown.add('queues', () => backend.close());
  const waiting = new Map<string, (at: number) => void>();
  const chats = createChats(
    pool,
    { quietMs: 0, concurrency: 16 },
    { turn: ({ chatId }) => waiting.get(chatId)?.(performance.now()) },
  );
  const queue = new JobQueue(backend);
  shutdown.add('job queues', () => queue.close());
  chats.outbox.register(new JobSender(queue, new LatestJobs(pool), chats.store));
  await openWorker({
    platform,
    backend,
    chats: chats.store,
    catalogue: createPostgresCatalogue(pool),
    queues: ['calculator', 'analog-search'],
  });
  const runner = await chats.createRunner(jobHandler);
  chats.outbox.start();
  runner.start();
  shutdown.add('outbox', () => chats.outbox.stop());
  shutdown.add('turns', () => runner.stop());
  let requests = 0;
  return {
    async roundTrip(job) {
      requests += 1;
      const chatId = `rest:bench:${requests}`;
      const commits: number[] = [];
      const shown = new Promise<void>((resolve) => {
        waiting.set(chatId, (at) => {
          if (commits.push(at) === 2) resolve();
        });
      });
      const text = JSON.stringify(job(requests));
      await chats.store.ingestClientMessage({ chatId, channel: 'rest', id: 'm1', text });
      await shown;
      waiting.delete(chatId);
      return commits[1]! - commits[0]!;
    },
    async failed() {
      const { rows } = await pool.query<{ failed: number }>(
        `select count(*)::int as failed from inbox where kind = 'job' and body ->> 'status' = 'failed'`,
      );
      return { failed: rows[0]?.failed ?? Number.NaN, requests };
    },
    async close() {
      await platform.shutdown.run();
      await redis?.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const run: Bench = async (report) => {
  const stacks = new Map<Kind, Stack>([['postgres', await openStack('postgres')]]);
  try {
    if (hasRedis('the queue benchmark')) stacks.set('redis', await openStack('redis'));
    for (const { roundTrip } of stacks.values()) {
      for (let n = 0; n < WARM_UP; n += 1) for (const job of [valuation, search]) await roundTrip(job);
      for (const job of [repeated, model]) await roundTrip(job);
    }
    for (const { metric, job, concurrency, total } of CASES) {
      const rounds = new Map<Kind, Load[]>();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [kind, { roundTrip }] of stacks) {
          const load = await measureLoad({ concurrency, total }, () => roundTrip(job));
          rounds.set(kind, [...(rounds.get(kind) ?? []), load]);
        }
      }
      for (const [kind, measured] of rounds) {
        const load = medianLoad(measured);
        const n = load.n * ROUNDS;
        report.add(`${kind}.${metric}.p50`, load.p50, 'ms', n);
        report.add(`${kind}.${metric}.p95`, load.p95, 'ms', n);
        if (concurrency > 1) report.add(`${kind}.${metric}.rate`, load.perSecond, 'cards/s', n);
      }
    }
    for (const [kind, stack] of stacks) {
      const { failed, requests } = await stack.failed();
      report.add(`${kind}.failed`, failed, 'jobs', requests);
    }
  } finally {
    for (const stack of stacks.values()) await stack.close();
  }
};
