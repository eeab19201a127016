// From the core's commit of a turn that asks for a job to the commit of the turn that shows its card, composed as `npm
// start` composes it: outbox, job sender, queue, worker with its threads, mailbox, turn. The same on both backends.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createChats, type JsonValue } from '#libs/chats';
import { createPostgresCatalogue, seedCatalogue } from '#libs/estates';
import { loadConfig, openPlatform } from '#libs/platform';
import { JobQueue, LatestJobs, QueueBackend } from '#libs/queues';
import { JobSender } from '../../apps/core/src/job-sender.js';
import { openWorker } from '../../apps/worker/src/index.js';
import { jobHandler } from '../chaos/job-handler.js';
import { hasRedis, startRedis } from '../chaos/local-redis.js';
import { measureLoad } from './load.js';
import type { Bench, BenchReport } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const WARM_UP = 20;

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
  { metric: 'valuation.c1', job: valuation, concurrency: 1, total: 100 },
  { metric: 'valuation.c16', job: valuation, concurrency: 16, total: 320 },
  { metric: 'valuation cached.c1', job: repeated, concurrency: 1, total: 100 },
  { metric: 'search.c1', job: search, concurrency: 1, total: 60 },
  { metric: 'model with xlsx, pdf, png.c1', job: model, concurrency: 1, total: 25 },
];

/** Measures all cases over one backend; its files and connections are gone afterwards. */
async function measureBackend(
  report: BenchReport,
  kind: 'postgres' | 'redis',
  env: Record<string, string>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-bench-queue-'));
  chmodSync(folder, 0o777);
  const platform = await openPlatform(
    loadConfig({ LOG_LEVEL: 'warn', WEWALL_DATA_DIR: folder, WORKER_CONCURRENCY: '4', ...env }),
    'bench',
  );
  try {
    const { pool, databaseUrl, shutdown } = platform;
    await seedCatalogue(pool, path.join(ROOT, 'data'));
    const catalogue = createPostgresCatalogue(pool);
    const backend = await QueueBackend.open(env.REDIS_URL ? { redisUrl: env.REDIS_URL } : { databaseUrl });
    shutdown.add('queues', () => backend.close());
    const waiting = new Map<string, (event: number) => void>();
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
      catalogue,
      queues: ['calculator', 'analog-search'],
    });
    const runner = chats.createRunner(jobHandler);
    chats.outbox.start();
    runner.start();
    shutdown.add('outbox', () => chats.outbox.stop());
    shutdown.add('turns', () => runner.stop());

    let requests = 0;
    const roundTrip = async (job: JobOf): Promise<number> => {
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
    };
    for (let n = 0; n < WARM_UP; n += 1) for (const job of [valuation, search]) await roundTrip(job);
    await roundTrip(model);
    for (const { metric, job, concurrency, total } of CASES) {
      const load = await measureLoad({ concurrency, total }, () => roundTrip(job));
      report.add(`${kind}.${metric}.p50`, load.p50, 'ms', load.n);
      report.add(`${kind}.${metric}.p95`, load.p95, 'ms', load.n);
      if (concurrency > 1) report.add(`${kind}.${metric}.rate`, load.perSecond, 'cards/s', load.n);
    }
    const { rows } = await pool.query<{ failed: number }>(
      `select count(*)::int as failed from inbox where kind = 'job' and body ->> 'status' = 'failed'`,
    );
    report.add(`${kind}.failed`, rows[0]?.failed ?? Number.NaN, 'jobs', requests);
  } finally {
    await platform.shutdown.run();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const run: Bench = async (report) => {
  for (const kind of ['postgres', 'redis'] as const) {
    if (kind === 'redis' && !hasRedis('the queue benchmark')) continue;
    const server = await startThrowawayPostgres();
    const redis = kind === 'redis' ? await startRedis() : null;
    try {
      await measureBackend(report, kind, { DATABASE_URL: server.url, ...(redis && { REDIS_URL: redis.url }) });
    } finally {
      await redis?.stop();
      await server.stop();
    }
  }
};
