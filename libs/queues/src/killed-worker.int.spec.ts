import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
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
       onFinished: async () => {}, concurrency: 1, lockMs: ${LOCK_MS} });`,
  );
  // Without the runner's own conditions, so that it loads dist/ as a process of ours does.
  return fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

describe.each(['postgres', 'redis'] as const)('a worker killed in the middle of a job over %s', (kind) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'wewall-killed-'));
  const started: ChildProcess[] = [];
  let database: TestDatabase | null = null;
  let redis: RedisServer | null = null;

  afterEach(async () => {
    for (const child of started) child.kill('SIGKILL');
    await redis?.stop();
    await database?.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  it.runIf(kind === 'postgres' || hasRedis('a killed worker'))(
    'leaves the job to another, which delivers it once',
    async () => {
      await build();
      let settings: QueueBackendSettings;
      if (kind === 'postgres') {
        database = await createTestDatabase(inject('postgresUrl'));
        settings = { databaseUrl: database.url };
      } else {
        redis = await RedisServer.start();
        settings = { redisUrl: redis.url };
      }
      const backend = await QueueBackend.open(settings);
      const queue = new JobQueue(backend);
      const victim = hangingWorker(directory, settings);
      started.push(victim);
      const taken = new Promise((resolve, reject) => {
        victim.once('message', resolve);
        victim.once('exit', (code) => reject(new Error(`the worker ended by itself (${code})`)));
      });
      await queue.add('search', { id: 'survives', envelope: { payload: { k: 1 } } });
      await taken;
      victim.kill('SIGKILL');

      const finished: FinishedJob[] = [];
      const other = new JobWorker(backend, {
        queues: ['analog-search'],
        processors: { search: async (payload) => payload, analogs: async () => null },
        onFinished: async (job) => {
          finished.push(job);
        },
        concurrency: 1,
        lockMs: LOCK_MS,
      });
      await expect.poll(() => finished.length, { timeout: 20_000, interval: 50 }).toBe(1);
      // Long enough for a second delivery to show.
      await new Promise((resolve) => setTimeout(resolve, LOCK_MS * 2));
      expect(finished).toEqual([
        expect.objectContaining({ id: 'survives', outcome: { status: 'completed', result: { k: 1 } } }),
      ]);
      expect(await queue.failed()).toEqual([]);
      await other.close();
      await queue.close();
      await backend.close();
    },
  );
});
