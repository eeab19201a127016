import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createChats, type TurnHandler } from '#libs/chats';
import { createLogger, loadConfig, migrate, openTracing, Shutdown } from '#libs/platform';
import { type JobProcessor, JobQueue, JobWorker, LatestJobs, QueueBackend } from '#libs/queues';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { JobSender } from './job-sender.js';

const TEXT = 'ищу офис, Вознесенский';
const PHONE = '+79161234567';

interface Exported {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** The client's message asks for a job, its result is told to the client. */
const handler: TurnHandler = {
  async run({ events: [event] }) {
    const view = { scenario: null, step: null, slots: {} };
    if (event?.kind === 'client') return { effects: [{ type: 'job', name: 'search', payload: { text: TEXT } }], view };
    return { effects: [{ type: 'reply', message: { text: TEXT } }], view };
  },
  apology: () => ({ text: '' }),
};

describe('traces', () => {
  let database: TestDatabase;
  let collector: Server;
  const spans: Exported[] = [];
  let exported = '';
  const shutdown = new Shutdown(createLogger({ level: 'silent', app: 'test' }));

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        exported += body;
        const { resourceSpans } = JSON.parse(body);
        for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    collector.closeAllConnections();
    collector.close();
    vi.unstubAllEnvs();
    await database.drop();
  });

  it('follow one message of a client through ingest, turn, job and send', async () => {
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
    const tracing = await openTracing(loadConfig().tracing, 'test', shutdown);
    const waits: { channel: string; seconds: number }[] = [];
    const observer = { reply: (reply: { channel: string; seconds: number }) => void waits.push(reply) };
    const chats = createChats(database.pool, { quietMs: 0, sweepMs: 50 }, observer, tracing);
    const backend = await QueueBackend.open({ databaseUrl: database.url });
    const jobs = new JobQueue(backend);
    const found: JobProcessor = async () => ({ found: TEXT });
    const worker = new JobWorker(backend, {
      queues: ['analog-search'],
      processors: { search: found, analogs: found },
      onFinished: async ({ chat, name, outcome, trace }) => {
        if (chat) await chats.store.ingestJobResult({ ...chat, name, ...outcome, ...(trace && { trace }) });
      },
      concurrency: 1,
      tracing,
    });
    const told: string[] = [];
    chats.outbox.register(new JobSender(jobs, new LatestJobs(database.pool), chats.store));
    chats.outbox.register({
      target: 'telegram',
      unknownOutcome: 'park',
      send: async ({ body }) => ({ providerId: String(told.push(body.type)) }),
    });
    const runner = await chats.createRunner(handler);
    runner.start();
    chats.outbox.start();
    const profile = { name: 'Вознесенский', phone: PHONE };
    await chats.store.ingestClientMessage({
      chatId: `telegram:${PHONE}`,
      channel: 'telegram',
      id: 'm1',
      text: TEXT,
      profile,
    });
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(['message']);
    await runner.stop();
    await chats.outbox.stop();
    await worker.close();
    await jobs.close();
    await backend.close();
    await shutdown.run();

    const order = ['chat.ingest', 'chat.turn', 'outbox.send', 'job.run', 'chat.ingest', 'chat.turn', 'outbox.send'];
    const child = (parent?: string) => spans.find(({ parentSpanId }) => (parentSpanId || undefined) === parent);
    const chain: Exported[] = [];
    for (let span = child(); span; span = child(span.spanId)) chain.push(span);
    expect(chain.map(({ name }) => name)).toEqual(order);
    expect(spans).toHaveLength(order.length);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const targets = chain.flatMap(({ attributes }) => attributes.filter(({ key }) => key === 'target'));
    expect(targets.map(({ value }) => value.stringValue)).toEqual(['job', 'telegram']);
    expect(exported).toContain('wewall-test');
    for (const secret of [TEXT, 'Вознесенский', PHONE, '9161234567']) expect(exported).not.toContain(secret);
    // The reply comes of the job, whose turn answers no message by id: only a direct answer has a time.
    expect(waits).toEqual([]);
  });

  it('cost nothing and load nothing while no collector is named', async () => {
    vi.unstubAllEnvs();
    expect(loadConfig({}).tracing.enabled).toBe(false);
    expect(
      loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318', OTEL_SDK_DISABLED: 'true' }).tracing.enabled,
    ).toBe(false);
    const tracing = await openTracing(loadConfig({}).tracing, 'test', shutdown);
    expect(await tracing.span('x', {}, async ({ traceparent }) => traceparent)).toBeUndefined();
  });
});

describe('the time to a reply', () => {
  it.each(['telegram', 'rest'])('is told once for a message in %s, by the clock of the database', async (channel) => {
    const database = await createTestDatabase(inject('postgresUrl'), { max: 6 });
    await migrate(database.pool);
    const waits: { channel: string; seconds: number }[] = [];
    const observer = { reply: (reply: { channel: string; seconds: number }) => void waits.push(reply) };
    const chats = createChats(database.pool, { quietMs: 300, quietMaxMs: 400, sweepMs: 50 }, observer);
    const runner = await chats.createRunner({
      run: async () => ({
        effects: ['раз', 'два'].map((text) => ({ type: 'reply', message: { text } })),
        view: { scenario: null, step: null, slots: {} },
      }),
      apology: () => ({ text: '' }),
    });
    chats.outbox.register({ target: 'telegram', unknownOutcome: 'park', send: async () => ({}) });
    runner.start();
    chats.outbox.start();
    await chats.store.ingestClientMessage({ chatId: `${channel}:1`, channel, id: 'm1', text: TEXT });
    await expect.poll(() => waits.length, { timeout: 10_000 }).toBe(1);
    await runner.stop();
    await chats.outbox.stop();
    expect(waits).toEqual([{ chatId: `${channel}:1`, channel, seconds: expect.any(Number) }]);
    expect(waits[0]?.seconds).toBeGreaterThan(0.3);
    expect(waits[0]?.seconds).toBeLessThan(10);
    await database.drop();
  });
});
