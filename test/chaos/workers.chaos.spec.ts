import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Chats, createChats } from '#libs/chats';
import { PostgresStore, seedCatalogue } from '#libs/estates';
import { migrate } from '#libs/platform';
import { JobQueue, JobResults, LatestJobs, QueueBackend } from '#libs/queues';
import { createTestDatabase, hasRedis, RedisServer, type TestDatabase } from '#libs/testing';
import { JobSender } from '../../apps/core/src/job-sender.js';
import { QueuedJobs } from '../../apps/external-api/src/services/queued-jobs.js';
import { build } from '../../ci/build.mjs';
import { jobHandler } from './job-handler.js';
import { WorkerFleet } from './worker-fleet.js';

/** On each backend; a worker takes seconds to start on a busy machine, which is what bounds the number. */
const KILLS = 10;
const WORKERS = 2;
/** Requests put in before each kill: more than the workers finish in that time. */
const CHATS_PER_KILL = 4;
const PARTNERS_PER_KILL = 4;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const valuation = (area: number) => ({
  ...{ kind: 'office', deal: 'sale', class: 'A', walkMeters: 400, station: 'Тверская' },
  area,
});
const model = (area: number) => ({
  ...{ model: 'retail-ready', pricePerM2: 300_000, fitOut: 'shell', monthlyRent: 400_000, vatPercent: 5 },
  area,
});

describe.each(['postgres', 'redis'] as const)('workers killed in the middle of jobs over %s', (kind) => {
  const runs = kind === 'postgres' || hasRedis('killed workers');
  let folder: string;
  let database: TestDatabase;
  let redis: RedisServer | null = null;
  let backend: QueueBackend;
  let queue: JobQueue;
  let chats: Chats;
  let runner: Awaited<ReturnType<Chats['createRunner']>>;
  let fleet: WorkerFleet;

  beforeAll(async () => {
    if (!runs) return;
    await build();
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-chaos-'));
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    await seedCatalogue(new PostgresStore(database.pool), path.resolve(import.meta.dirname, '../../data'));
    if (kind === 'redis') redis = await RedisServer.start();
    backend = await QueueBackend.open(redis ? { redisUrl: redis.url } : { databaseUrl: database.url });
    queue = new JobQueue(backend);
    chats = createChats(database.pool, { quietMs: 0, sweepMs: 100 });
    runner = await chats.createRunner(jobHandler);
    chats.outbox.register(new JobSender(queue, new LatestJobs(database.pool), chats.store));
    chats.outbox.start();
    runner.start();
    fleet = new WorkerFleet(WORKERS, {
      DATABASE_URL: database.url,
      WEWALL_DATA_DIR: folder,
      WORKER_QUEUES: 'calculator',
      WORKER_CONCURRENCY: '4',
      WORKER_LOCK_MS: '1000',
      ...(redis && { REDIS_URL: redis.url }),
    });
    await fleet.start();
  }, 60_000);
  afterAll(async () => {
    if (!runs) return;
    await fleet.stop();
    await runner.stop();
    await chats.outbox.stop();
    await queue.close();
    await backend.close();
    await redis?.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(runs)(
    'answers every chat once and settles every request of a partner once',
    { timeout: 240_000 },
    async () => {
      const started = Date.now();
      const partners = new QueuedJobs(queue, new JobResults(database.pool));
      const asked = { chats: 0, partners: new Set<string>() };
      const ask = async () => {
        for (let n = 0; n < CHATS_PER_KILL; n += 1) {
          const area = 50 + asked.chats;
          const job =
            n === 0 ? { name: 'finance-model', payload: model(area) } : { name: 'valuation', payload: valuation(area) };
          const chatId = `rest:chaos:${asked.chats}`;
          asked.chats += 1;
          await chats.store.ingestClientMessage({ chatId, channel: 'rest', id: 'm1', text: JSON.stringify(job) });
        }
        for (let n = 0; n < PARTNERS_PER_KILL; n += 1) {
          const area = 50 + asked.partners.size;
          const { jobId } = await partners.run({
            ...(n === 0
              ? { name: 'finance-model', payload: model(area), format: 'pdf' }
              : { name: 'valuation', payload: valuation(area), format: 'json' }),
            owner: 'partner',
            openLimit: 10_000,
            waitMs: 0,
          });
          asked.partners.add(jobId);
        }
      };
      while (fleet.kills < KILLS) {
        await ask();
        // Not before something is being done; what that was shows in the stalled runs counted below.
        const deadline = Date.now() + 3_000;
        while ((await queue.activeCount()) === 0 && Date.now() < deadline) await pause(5);
        // Side by side: the one that is left goes on, until its turn comes.
        await fleet.kill(fleet.kills % WORKERS);
      }

      const answered = async () => {
        const { rows } = await database.pool.query<{ answers: number }>(
          `select count(*)::int as answers from inbox where kind = 'job' and done_turn is not null`,
        );
        return rows[0]?.answers;
      };
      const open = async () => {
        const { rows } = await database.pool.query<{ open: number }>(
          `select count(*)::int as open from job_results where state = 'waiting'`,
        );
        return rows[0]?.open;
      };
      await expect.poll(answered, { timeout: 60_000, interval: 100 }).toBe(asked.chats);
      await expect.poll(open, { timeout: 60_000, interval: 100 }).toBe(0);
      // Long enough for a second run of a stalled job to show.
      await pause(2_500);

      const done = (await Promise.all(queue.all().map((each) => each.getJobs(['completed'], 0, 10_000)))).flat();
      const interrupted = done.reduce((sum, job) => sum + job.stalledCounter, 0);
      const { rows: cards } = await database.pool.query<{ chat_id: string; cards: number }>(
        `select chat_id, count(*)::int as cards from transcript where author = 'bot' group by chat_id`,
      );
      const { rows: outcomes } = await database.pool.query<{ state: string; code: string | null; count: number }>(
        `select state, outcome #>> '{problem,code}' as code, count(*)::int as count from job_results group by 1, 2`,
      );
      const { rows: events } = await database.pool.query<{ status: string; count: number }>(
        `select body ->> 'status' as status, count(*)::int as count from inbox where kind = 'job' group by 1`,
      );
      console.info(
        `${kind}: ${fleet.kills} kills (${interrupted} runs of jobs cut off), ${asked.chats} chat requests → ${cards.length} chats answered, ` +
          `${cards.filter((chat) => chat.cards > 1).length} twice; ${asked.partners.size} partner requests → ${JSON.stringify(outcomes)}; ` +
          `chat outcomes ${JSON.stringify(events)}; ${((Date.now() - started) / 1_000).toFixed(1)} s`,
      );
      expect(interrupted).toBeGreaterThanOrEqual(KILLS / 2);
      expect(cards).toHaveLength(asked.chats);
      expect(cards.filter((chat) => chat.cards !== 1)).toEqual([]);
      expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(asked.chats);
      expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(asked.partners.size);
      // Being killed is nobody's failure: the requests were good and all have their results.
      expect(outcomes.map(({ state }) => state)).toEqual(['completed']);
      expect(events.map(({ status }) => status)).toEqual(['completed']);
      expect(await queue.failed()).toEqual([]);
    },
  );
});
