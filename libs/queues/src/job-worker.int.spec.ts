import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, hasRedis, RedisServer, type TestDatabase } from '#libs/testing';
import { QueueBackend } from './backend.js';
import { JobQueue } from './job-queue.js';
import { JobRefusal } from './job-refusal.js';
import { type FinishedJob, type JobRun, JobWorker, type JobWorkerOptions } from './job-worker.js';

describe.each(['postgres', 'redis'] as const)('a worker and its jobs over %s', (kind) => {
  const runs = kind === 'postgres' || hasRedis('a stopping worker');
  let database: TestDatabase | null = null;
  let redis: RedisServer | null = null;
  let backend: QueueBackend;
  let queue: JobQueue;

  beforeAll(async () => {
    if (!runs) return;
    if (kind === 'postgres') {
      database = await createTestDatabase(inject('postgresUrl'));
      backend = await QueueBackend.open({ databaseUrl: database.url });
    } else {
      redis = await RedisServer.start();
      backend = await QueueBackend.open({ redisUrl: redis.url });
    }
    queue = new JobQueue(backend);
  });
  afterAll(async () => {
    if (!runs) return;
    await queue.close();
    await backend.close();
    await redis?.stop();
    await database?.drop();
  });

  const serve = (
    search: NonNullable<JobWorkerOptions['processors']['search']>,
    more: Partial<JobWorkerOptions> = {},
  ) => {
    const finished: FinishedJob[] = [];
    const ran: JobRun[] = [];
    const worker = new JobWorker(backend, {
      queues: ['analog-search'],
      processors: { search, analogs: async () => null },
      onFinished: async (job) => {
        finished.push(job);
      },
      observe: ({ outcome }) => ran.push(outcome),
      concurrency: 2,
      ...more,
    });
    return { worker, finished, ran };
  };
  const poll = (actual: () => unknown) => expect.poll(actual, { timeout: 15_000, interval: 20 });

  it.runIf(runs)('gives back what it could not finish while stopping; another does it', async () => {
    let begun = 0;
    const aborted: unknown[] = [];
    const stopping = serve((_payload, { signal }) => {
      begun += 1;
      signal.addEventListener('abort', () => aborted.push(signal.reason));
      return new Promise(() => {});
    });
    await stopping.worker.ready();
    await queue.add('search', { id: `slow-${kind}`, envelope: { payload: { k: 1 } }, priority: 'request' });
    await poll(() => begun).toBe(1);
    const closed = performance.now();
    await stopping.worker.close(200);
    expect(performance.now() - closed).toBeLessThan(5_000);
    expect(aborted).toHaveLength(1);
    expect([stopping.finished, stopping.ran]).toEqual([[], ['returned']]);
    expect(await queue.state('search', `slow-${kind}`)).toBe('waiting');

    const next = serve(async (payload) => payload);
    await poll(() => next.finished.length).toBe(1);
    expect(next.finished[0]).toMatchObject({ id: `slow-${kind}`, outcome: { status: 'completed', result: { k: 1 } } });
    await next.worker.close();
  });

  it.runIf(runs)('lets a job in hand finish within the grace', async () => {
    let begun = false;
    const { worker, finished } = serve(async () => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return 'done';
    });
    await queue.add('search', { id: `short-${kind}`, envelope: { payload: {} } });
    await poll(() => begun).toBe(true);
    await worker.close(5_000);
    expect(finished.map(({ outcome }) => outcome)).toEqual([{ status: 'completed', result: 'done' }]);
  });

  it.runIf(runs)('ends a job that has used up its time, tries it again, and gives it up', async () => {
    let tries = 0;
    const { worker, finished, ran } = serve(
      () => {
        tries += 1;
        return new Promise(() => {});
      },
      { timeoutMs: 50 },
    );
    await queue.add('search', { id: `endless-${kind}`, envelope: { payload: {} } });
    await poll(() => finished.length).toBe(1);
    expect(tries).toBe(3);
    expect(ran).toEqual(['retried', 'retried', 'failed']);
    expect(finished[0]?.outcome).toMatchObject({ status: 'failed', problem: { code: 'JOB_FAILED' } });
    await poll(async () => (await queue.failed()).map(({ id }) => id)).toEqual([`endless-${kind}`]);
    await worker.close();
  });

  it.runIf(runs)('leaves jobs to other workers until it is warm', async () => {
    let warmed = () => {};
    const cold = serve(async () => 'cold', {
      warm: new Promise((resolve) => {
        warmed = resolve;
      }),
    });
    const warm = serve(async () => 'warm');
    for (const n of [1, 2, 3]) await queue.add('search', { id: `early-${n}-${kind}`, envelope: { payload: {} } });
    await poll(() => warm.finished.length).toBe(3);
    await warm.worker.close();
    expect(cold.finished).toEqual([]);

    warmed();
    await cold.worker.ready();
    await queue.add('search', { id: `late-${kind}`, envelope: { payload: {} } });
    await poll(() => cold.finished.map(({ id }) => id)).toEqual([`late-${kind}`]);
    await cold.worker.close();
  });

  it.runIf(runs)('ends before it was warm without having taken anything', async () => {
    const { worker, finished } = serve(async () => 'done', { warm: new Promise(() => {}) });
    await queue.add('search', { id: `kept-${kind}`, envelope: { payload: {} } });
    await worker.close();
    expect(finished).toEqual([]);
    expect(await queue.state('search', `kept-${kind}`)).toBe('waiting');
    await queue.cancel('search', `kept-${kind}`);
  });

  it.runIf(runs)('serves even when what it waited for could not be loaded, and tells of it', async () => {
    const errors: string[] = [];
    const { worker, finished } = serve(async () => 'done', {
      warm: Promise.reject(new Error('no lots')),
      onError: ({ message }) => errors.push(message),
    });
    await queue.add('search', { id: `lotless-${kind}`, envelope: { payload: {} } });
    await poll(() => finished.length).toBe(1);
    expect(errors).toContain('no lots');
    await worker.close();
  });

  it.runIf(runs)('passes on what a program can act on in a refusal', async () => {
    const { worker, finished } = serve(async () => {
      throw new JobRefusal('UNKNOWN_STATION', 'Не знаю такой станции', { suggestions: ['Павелецкая'] });
    });
    await queue.add('search', { id: `refused-${kind}`, envelope: { payload: {} } });
    await poll(() => finished.length).toBe(1);
    expect(finished[0]?.outcome).toEqual({
      status: 'failed',
      problem: {
        code: 'UNKNOWN_STATION',
        detail: 'Не знаю такой станции',
        details: { suggestions: ['Павелецкая'] },
      },
    });
    await worker.close();
  });
});
