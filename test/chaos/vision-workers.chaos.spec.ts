import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Chats, createChats } from '#libs/chats';
import { FolderFileStore, migrate } from '#libs/platform';
import { JobQueue, LatestJobs, QueueBackend } from '#libs/queues';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { ensureDefaultModels, type FastResult } from '#libs/vision';
import { JobSender } from '../../apps/core/src/job-sender.js';
import { build } from '../../ci/build.mjs';
import { anotherPhoto } from '../bench/vision-pictures.js';
import { jobHandler } from './job-handler.js';
import { WorkerFleet } from './worker-fleet.js';

const CHATS = 12;
/** Of one message; with four jobs at once there is always a picture being looked at. */
const PICTURES = 4;
/** Answers after which the worker is killed: some jobs are done, some are in hand, some wait. */
const KILLED_AFTER = [1, 4];

/** A photo under grain; decoding takes long enough to be killed in the middle. */
function photo(): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 20 };
  return sharp({ create: { width: 3_000, height: 2_000, channels: 3, background: '#808080', noise } })
    .jpeg()
    .toBuffer();
}

describe('a worker killed while it looks at pictures', () => {
  let folder: string;
  let database: TestDatabase;
  let backend: QueueBackend;
  let queue: JobQueue;
  let chats: Chats;
  let runner: Awaited<ReturnType<Chats['createRunner']>>;
  let fleet: WorkerFleet;

  beforeAll(async () => {
    await build();
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-chaos-vision-'));
    await ensureDefaultModels(folder);
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    backend = await QueueBackend.open({ databaseUrl: database.url });
    queue = new JobQueue(backend);
    chats = createChats(database.pool, { quietMs: 0, sweepMs: 100 });
    runner = await chats.createRunner(jobHandler);
    chats.outbox.register(new JobSender(queue, new LatestJobs(database.pool), chats.store));
    chats.outbox.start();
    runner.start();
    fleet = new WorkerFleet(1, {
      DATABASE_URL: database.url,
      WEWALL_DATA_DIR: folder,
      WORKER_QUEUES: 'vision',
      WORKER_LOCK_MS: '1000',
    });
    await fleet.start();
  }, 120_000);
  afterAll(async () => {
    await fleet?.stop();
    await runner?.stop();
    await chats?.outbox.stop();
    await queue?.close();
    await backend?.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const answers = async () => {
    const { rows } = await database.pool.query<{ answers: number }>(
      `select count(*)::int as answers from inbox where kind = 'job' and done_turn is not null`,
    );
    return rows[0]!.answers;
  };

  it('answers every chat once, with every picture looked at', { timeout: 180_000 }, async () => {
    const files = new FolderFileStore(path.join(folder, 'files'));
    const bytes = await photo();
    const stored: string[] = [];
    for (let n = 0; n < CHATS * PICTURES; n += 1) {
      const file = { name: 'photo.jpg', contentType: 'image/jpeg' };
      stored.push((await files.put(anotherPhoto(bytes, String(n)), file)).fileId);
    }
    // All at once: whenever the worker is killed, some jobs are in hand and some wait.
    for (let n = 0; n < CHATS; n += 1) {
      const pictures = stored.slice(n * PICTURES, (n + 1) * PICTURES).map((fileId) => ({ fileId }));
      const text = JSON.stringify({ name: 'vision.fast', payload: { pictures } });
      await chats.store.ingestClientMessage({ chatId: `rest:pictures:${n}`, channel: 'rest', id: 'm1', text });
    }
    for (const enough of KILLED_AFTER) {
      await expect.poll(answers, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(enough);
      await expect.poll(() => queue.activeCount(), { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
      await fleet.kill(0);
    }
    await expect.poll(answers, { timeout: 60_000, interval: 100 }).toBe(CHATS);
    await expect.poll(() => queue.activeCount(), { timeout: 60_000, interval: 100 }).toBe(0);
    // As long as a lock lasts, twice: a second run of a job taken for lost would show.
    await sleep(2_000);

    const jobs = (await Promise.all(queue.all().map((each) => each.getJobs(['completed'], 0, 1_000)))).flat();
    const interrupted = jobs.reduce((sum, job) => sum + job.stalledCounter, 0);
    const { rows: cards } = await database.pool.query<{ chat_id: string; cards: number }>(
      `select chat_id, count(*)::int as cards from transcript where author = 'bot' group by chat_id`,
    );
    const { rows: events } = await database.pool.query<{ status: string; result: FastResult }>(
      `select body ->> 'status' as status, body -> 'result' as result from inbox where kind = 'job'`,
    );
    console.info(
      `${fleet.kills} kills cut ${interrupted} runs of jobs off; ${cards.length} of ${CHATS} chats answered`,
    );
    expect(interrupted).toBeGreaterThanOrEqual(KILLED_AFTER.length);
    expect(cards).toHaveLength(CHATS);
    expect(cards.filter((chat) => chat.cards !== 1)).toEqual([]);
    expect(events.map(({ status }) => status)).toEqual(Array(CHATS).fill('completed'));
    const pictures = events.flatMap(({ result }) => result.pictures);
    expect(pictures).toHaveLength(CHATS * PICTURES);
    // Looked at by the models, not merely let through.
    expect(pictures.filter((picture) => !('analysis' in picture && picture.analysis.probability !== null))).toEqual([]);
    expect(await queue.failed()).toEqual([]);
  });
});
