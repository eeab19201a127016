import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, hasRedis, RedisServer, type TestDatabase } from '#libs/testing';
import { build } from '../../../ci/build.mjs';
import { QueueBackend } from './backend.js';
import { JobQueue } from './job-queue.js';
import { type FinishedJob, JobWorker } from './job-worker.js';
import type { QueueBackendSettings } from './wake/wake-backend.js';

const LOCK_MS = 1_000;

/** A process that takes a job, says so, and never finishes it. */
function hangingWorker(directory: string, settings: QueueBackendSettings): ChildProcess {
  const entry = path.resolve(import.meta.dirname, '../../../dist/libs/queues/src/index.js');
  const script = path.join(directory, 'worker.mjs');
  writeFileSync(
    script,
    `import { JobWorker, QueueBackend } from ${JSON.stringify(entry)};
     const backend = await QueueBackend.open(${JSON.stringify(settings)});
     const never = () => new Promise(() => process.send('taken'));
     new JobWorker(backend, { queues: ['analog-search'], processors: { search: never, analogs: never },
       onFinished: async () => {}, concurrency: 1, lockMs: ${LOCK_MS}, cutOffRuns: 1 });`,
  );
  // Without the runner's own conditions, so that it loads dist/ as a process of ours does.
  return fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

describe.each(['postgres', 'redis'] as const)('a worker killed in the middle of a job over %s', (kind) => {
  const runs = kind === 'postgres' || hasRedis('a killed worker');
  const directory = mkdtempSync(path.join(tmpdir(), 'wewall-killed-'));
  const started: ChildProcess[] = [];
  let settings: QueueBackendSettings;
  let database: TestDatabase | null = null;
  let redis: RedisServer | null = null;
  let backend: QueueBackend;
  let queue: JobQueue;

  beforeAll(async () => {
    if (!runs) return;
    await build();
    if (kind === 'postgres') {
      database = await createTestDatabase(inject('postgresUrl'));
      settings = { databaseUrl: database.url };
    } else {
      redis = await RedisServer.start();
      settings = { redisUrl: redis.url };
    }
    backend = await QueueBackend.open(settings);
    queue = new JobQueue(backend);
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    if (!runs) return;
    await queue.close();
    await backend.close();
    await redis?.stop();
    await database?.drop();
  });

  /** Starts a worker and kills it as soon as it has the job in hand. */
  async function takenAndKilled(): Promise<void> {
    const victim = hangingWorker(directory, settings);
    started.push(victim);
    await new Promise((resolve, reject) => {
      victim.once('message', resolve);
      victim.once('exit', (code) => reject(new Error(`the worker ended by itself (${code})`)));
    });
    victim.kill('SIGKILL');
  }

  function otherWorker() {
    const finished: FinishedJob[] = [];
    const worker = new JobWorker(backend, {
      queues: ['analog-search'],
      processors: { search: async (payload) => payload, analogs: async () => null },
      onFinished: async (job) => {
        finished.push(job);
      },
      concurrency: 1,
      lockMs: LOCK_MS,
      cutOffRuns: 1,
    });
    return { worker, finished };
  }

  it.runIf(runs)('leaves the job to another, which delivers it once', async () => {
    await queue.add('search', { id: 'survives', envelope: { payload: { k: 1 } } });
    await takenAndKilled();

    const { worker, finished } = otherWorker();
    await expect.poll(() => finished.length, { timeout: 20_000, interval: 50 }).toBe(1);
    // Long enough for a second delivery to show.
    await new Promise((resolve) => setTimeout(resolve, LOCK_MS * 2));
    expect(finished).toEqual([
      expect.objectContaining({ id: 'survives', outcome: { status: 'completed', result: { k: 1 } } }),
    ]);
    expect(await queue.failed()).toEqual([]);
    await worker.close();
  });

  it.runIf(runs)('gives up a job that kills worker after worker, and says so to whoever waits', async () => {
    await queue.add('search', { id: 'deadly', envelope: { payload: {} } });
    await takenAndKilled();
    await takenAndKilled();

    const { worker, finished } = otherWorker();
    await expect.poll(() => finished.length, { timeout: 20_000, interval: 50 }).toBe(1);
    expect(finished).toEqual([
      expect.objectContaining({
        id: 'deadly',
        outcome: { status: 'failed', problem: expect.objectContaining({ code: 'JOB_FAILED' }) },
      }),
    ]);
    expect((await queue.failed()).map(({ id }) => id)).toEqual(['deadly']);
    await worker.close();
  });
});
