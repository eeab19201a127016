import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, freePort, hasRedis, RedisServer, type TestDatabase } from '#libs/testing';
import { QueueBackend } from './backend.js';
import { JobQueue } from './job-queue.js';
import { JobRefusal } from './job-refusal.js';
import { type FinishedJob, type JobProcessor, JobWorker, type JobWorkerOptions } from './job-worker.js';
import type { QueueBackendSettings } from './wake/wake-backend.js';
import { CHANGED, DRAFT } from './wake/wake-bus.js';

const until = async (condition: () => boolean | Promise<boolean>) => {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in 15 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe.each(['postgres', 'redis'] as const)('queues over %s', (kind) => {
  const runs = kind === 'postgres' || hasRedis('queues');
  let database: TestDatabase | null = null;
  let redis: RedisServer | null = null;
  let backend: QueueBackend;

  beforeAll(async () => {
    if (!runs) return;
    let settings: QueueBackendSettings;
    if (kind === 'postgres') {
      database = await createTestDatabase(inject('postgresUrl'));
      settings = { databaseUrl: database.url };
    } else {
      redis = await RedisServer.start();
      settings = { redisUrl: redis.url };
    }
    backend = await QueueBackend.open(settings);
  });
  afterAll(async () => {
    if (!runs) return;
    await backend.close();
    await redis?.stop();
    await database?.drop();
  });

  const idle: JobProcessor = async () => null;
  const worker = (
    processors: JobWorkerOptions['processors'],
    finished: FinishedJob[],
    more: Partial<JobWorkerOptions> = {},
  ) =>
    new JobWorker(backend, {
      queues: ['analog-search', 'calculator'],
      processors: { search: idle, analogs: idle, valuation: idle, 'finance-model': idle, ...processors },
      onFinished: async (job) => {
        finished.push(job);
      },
      concurrency: 1,
      ...more,
    });

  it.runIf(runs)('delivers results, refusals and exhausted failures once each; the same id is one job', async () => {
    const queue = new JobQueue(backend);
    const finished: FinishedJob[] = [];
    let tries = 0;
    const serving = worker(
      {
        search: async (payload) => ({ echo: payload }),
        valuation: async () => {
          throw new JobRefusal('UNKNOWN_STATION', 'Не знаю такой станции');
        },
        'finance-model': async () => {
          tries += 1;
          throw new Error('broken');
        },
      },
      finished,
    );
    await serving.ready();
    for (let again = 0; again < 3; again += 1) {
      await queue.add('search', {
        id: 'job-a',
        envelope: { payload: { k: 1 }, chat: { chatId: 'web:1', jobId: 'web:1:1:0' } },
      });
    }
    await queue.add('valuation', { id: 'job-b', envelope: { payload: {} } });
    await queue.add('finance-model', { id: 'job-c', envelope: { payload: {} } });
    await until(() => finished.length >= 3);
    await until(async () => (await queue.failed()).length === 1);
    await serving.close();
    expect(finished.filter((job) => job.id === 'job-a')).toEqual([
      {
        id: 'job-a',
        name: 'search',
        chat: { chatId: 'web:1', jobId: 'web:1:1:0' },
        outcome: { status: 'completed', result: { echo: { k: 1 } } },
      },
    ]);
    expect(finished.find((job) => job.id === 'job-b')?.outcome).toEqual({
      status: 'failed',
      problem: { code: 'UNKNOWN_STATION', detail: 'Не знаю такой станции' },
    });
    expect(finished.filter((job) => job.id === 'job-c')).toMatchObject([
      { outcome: { status: 'failed', problem: { code: 'JOB_FAILED' } } },
    ]);
    expect(tries).toBe(3);
    expect(await queue.failed()).toMatchObject([{ id: 'job-c', queue: 'calculator', name: 'finance-model' }]);
    await queue.close();
  });

  it.runIf(runs)('replays a dead letter', async () => {
    const queue = new JobQueue(backend);
    const finished: FinishedJob[] = [];
    expect(await queue.replay('calculator', 'job-c')).toBe(true);
    expect(await queue.replay('calculator', 'no-such')).toBe(false);
    const serving = worker({ 'finance-model': async () => 'mended' }, finished);
    await until(() => finished.length === 1);
    await serving.close();
    expect(finished[0]).toMatchObject({ id: 'job-c', outcome: { status: 'completed', result: 'mended' } });
    await queue.close();
  });

  it.runIf(runs)('a waiting client goes before a batch', async () => {
    const queue = new JobQueue(backend);
    for (let index = 0; index < 5; index += 1) {
      await queue.add('search', { id: `batch-${index}`, envelope: { payload: {} }, priority: 'batch' });
    }
    await queue.add('search', { id: 'client-1', envelope: { payload: {} }, priority: 'chat' });
    const finished: FinishedJob[] = [];
    const serving = worker({}, finished);
    await until(() => finished.length === 6);
    await serving.close();
    expect(finished[0]?.id).toBe('client-1');
    await queue.close();
  });

  it.runIf(runs)('cancels what has not begun', async () => {
    const queue = new JobQueue(backend);
    await queue.add('search', { id: 'left', envelope: { payload: {} } });
    expect((await queue.depth())['analog-search']).toBe(1);
    expect(await queue.cancel('search', 'left')).toBe(true);
    expect((await queue.depth())['analog-search']).toBe(0);
    await queue.close();
  });

  it.runIf(runs)('runs the job again when its outcome could not be stored', async () => {
    const queue = new JobQueue(backend);
    await queue.add('search', { id: 'stored-late', envelope: { payload: {} } });
    let stores = 0;
    const serving = worker({}, [], {
      onFinished: async () => {
        stores += 1;
        if (stores === 1) throw new Error('database away');
      },
    });
    await until(() => stores === 2);
    await until(async () => (await queue.state('search', 'stored-late')) === 'completed');
    await serving.close();
    await queue.close();
  });

  it.runIf(runs)('refuses to start without a processor and says which', () => {
    expect(
      () =>
        new JobWorker(backend, { queues: ['calculator'], processors: {}, onFinished: async () => {}, concurrency: 1 }),
    ).toThrow(/job "valuation" of queue "calculator" has no processor/);
  });

  it.runIf(runs)('wakes a chat in a process that serves the topic, and in no other', async () => {
    const sender = backend.wakeBus();
    const receiver = backend.wakeBus();
    const turns: string[] = [];
    const telegram: string[] = [];
    await receiver.subscribe('turns', (chatId) => turns.push(chatId));
    await receiver.subscribe('telegram', (chatId) => telegram.push(chatId));
    sender.publish('turns', 'web:1');
    sender.publish('telegram', 'tg:2');
    await until(() => turns.length + telegram.length === 2);
    expect({ turns, telegram }).toEqual({ turns: ['web:1'], telegram: ['tg:2'] });
    await sender.close();
    await receiver.close();
  });

  it.runIf(runs)('tells every process but the one that says it of a changed chat; a burst arrives whole', async () => {
    const [speaker, first, second] = [backend.wakeBus(), backend.wakeBus(), backend.wakeBus()];
    const heard = { speaker: new Set<string>(), first: new Set<string>(), second: new Set<string>() };
    await speaker.subscribe(CHANGED, (chatId) => heard.speaker.add(chatId));
    await first.subscribe(CHANGED, (chatId) => heard.first.add(chatId));
    await second.subscribe(CHANGED, (chatId) => heard.second.add(chatId));
    const burst = Array.from({ length: 1_000 }, (_, index) => `rest:partner:${'x'.repeat(100)}-${index}`);
    for (const chatId of burst) speaker.publish(CHANGED, chatId);
    await until(() => heard.first.size === burst.length && heard.second.size === burst.length);
    expect(heard.speaker.size).toBe(0);
    await Promise.all([speaker, first, second].map((bus) => bus.close()));
  });

  it.runIf(runs)('carries drafts whole and in order to every process but the one that writes them', async () => {
    const [writer, first, second] = [backend.wakeBus(), backend.wakeBus(), backend.wakeBus()];
    const heard = { writer: [] as string[], first: [] as string[], second: [] as string[], changed: [] as string[] };
    await writer.subscribe(DRAFT, (line) => heard.writer.push(line));
    await first.subscribe(CHANGED, (chatId) => heard.changed.push(chatId));
    await first.subscribe(DRAFT, (line) => heard.first.push(line));
    await second.subscribe(DRAFT, (line) => heard.second.push(line));
    // As long as a line may be; with two bytes a letter.
    const lines = [
      'short',
      'ж'.repeat(3_450),
      ...Array.from({ length: 20 }, (_, index) => `${index} ${'я'.repeat(500)}`),
    ];
    for (const line of lines) writer.publish(DRAFT, line);
    await until(() => heard.first.length === lines.length && heard.second.length === lines.length);
    expect(heard).toEqual({ writer: [], first: lines, second: lines, changed: [] });
    await Promise.all([writer, first, second].map((bus) => bus.close()));
  });

  it.runIf(runs)('never throws into the one who publishes, and closes, when the server is away', async () => {
    const away = await QueueBackend.open(
      kind === 'redis' ? { redisUrl: `redis://127.0.0.1:${await freePort()}` } : { databaseUrl: database?.url ?? '' },
    );
    const errors: Error[] = [];
    const bus = away.wakeBus((error) => errors.push(error));
    if (kind === 'redis') {
      bus.publish('turns', 'web:1');
      await until(() => errors.length > 0);
    }
    await bus.close();
    bus.publish('turns', 'web:2');
    await away.close();
  });
});
