import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLogger, hardenHttp, Metrics } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { QueueBackend } from './backend.js';
import { JobQueue } from './job-queue.js';
import { mountQueueBoard, QUEUE_BOARD_PATH } from './queue-board.js';

@Module({})
class EmptyModule {}

const KEY = 'operator-key-of-the-test';
const authorization = `Basic ${Buffer.from(`anyone:${KEY}`).toString('base64')}`;

describe(mountQueueBoard.name, () => {
  let database: TestDatabase;
  let backend: QueueBackend;
  let jobs: JobQueue;
  let app: NestExpressApplication;
  let url: string;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    backend = await QueueBackend.open({ databaseUrl: database.url });
    jobs = new JobQueue(backend);
    app = await NestFactory.create<NestExpressApplication>(EmptyModule, { logger: false });
    hardenHttp(app, {
      logger: createLogger({ level: 'silent', app: 'test' }),
      metrics: new Metrics({ processMetrics: false }),
      corsOrigins: [],
    });
    expect(await mountQueueBoard(app, jobs.all(), KEY)).toBe(true);
    await app.listen(0, '127.0.0.1');
    url = (await app.getUrl()) + QUEUE_BOARD_PATH;
  });
  afterAll(async () => {
    await app.close();
    await jobs.close();
    await backend.close();
    await database.drop();
  });

  it('shows queues and their jobs to an operator', async () => {
    await jobs.add('search', { id: 'seen-1', envelope: { payload: {} } });
    const page = await fetch(url, { headers: { authorization } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const script = /src="(static\/js\/main[^"]+)"/.exec(await page.text())?.[1];
    expect((await fetch(`${url}/${script}`, { headers: { authorization } })).status).toBe(200);
    const answer = await fetch(`${url}/api/queues?activeQueue=analog-search&status=prioritized&page=1`, {
      headers: { authorization },
    });
    const { queues } = (await answer.json()) as { queues: { name: string; jobs: { id: string }[] }[] };
    expect(queues.map((queue) => queue.name).sort()).toEqual([
      'analog-search',
      'calculator',
      'vision',
      'vision-cutout',
    ]);
    expect(queues.find((queue) => queue.name === 'analog-search')?.jobs.map((job) => job.id)).toEqual(['seen-1']);
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { authorization: `Basic ${Buffer.from('anyone:wrong').toString('base64')}` }],
    ['a bearer', { authorization: `Bearer ${KEY}` }],
    ['nonsense', { authorization: 'Basic %%%' }],
  ])('refuses %s', async (_what, headers) => {
    const answer = await fetch(`${url}/api/queues`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toContain('Basic');
  });

  it('refuses a change that another site makes the browser send', async () => {
    const answer = await fetch(`${url}/api/queues/analog-search/pause`, {
      method: 'PUT',
      headers: { authorization, 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(403);
  });

  it('does not exist without an operator key', async () => {
    expect(await mountQueueBoard({ use: () => expect.unreachable() }, jobs.all(), undefined)).toBe(false);
  });
});
