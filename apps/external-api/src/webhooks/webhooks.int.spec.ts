import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { GuardedFetch, migrate } from '#libs/platform';
import { JobResults } from '#libs/queues';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { ApiKeys } from '../keys/api-keys.js';
import { type Call, json, partner, type StartedApi, startApi } from '../started-api.js';
import type { WebhookSettings } from './webhook-sender.js';

interface Received {
  id: string;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  raw: string;
  body: {
    id: string;
    type: string;
    chatId?: string;
    message?: { seq: number; text: string };
    [field: string]: unknown;
  };
}

const SETTINGS: WebhookSettings = { timeoutMs: 1_000, retryMs: 20, disableHours: 72 };
/** Chats of one endpoint that are sent to side by side. */
const LANES_AT_ONCE = 8;
const SIGNATURE = /^t=(\d+)((?:,v1=[0-9a-f]{64}){1,2})$/;

/** Whether one of the signatures was made with the secret. */
function isSigned({ headers, raw }: Received, secret: string): boolean {
  const [, t = '', rest = ''] = SIGNATURE.exec(String(headers['webhook-signature'])) ?? [];
  const expected = createHmac('sha256', secret).update(`${t}.${raw}`).digest('hex');
  return Math.abs(Number(t) - Date.now() / 1_000) < 60 && rest.split(',v1=').includes(expected);
}

describe('webhooks', () => {
  let folder: string;
  let database: TestDatabase;
  let api: StartedApi;
  let receiver: Server;
  let url: string;
  let received: Received[] = [];
  let answer: (request: Received, response: ServerResponse) => void;
  const opened: StartedApi[] = [];

  const open = async (settings: Partial<WebhookSettings> = {}): Promise<StartedApi> => {
    const started = await startApi({
      pool: database.pool,
      folder,
      answer: (text) => [{ text: `ответ: ${text}` }],
      parts: {
        guarded: new GuardedFetch({ allowedNetworks: ['127.0.0.1/32'] }),
        webhooks: { ...SETTINGS, ...settings },
      },
    });
    opened.push(started);
    return started;
  };
  const say = (call: Call, chat: string, id: string) =>
    call(`/chats/${chat}/messages?wait=5000`, json({ id, text: id }));
  const register = async (call: Call, body: object = {}) =>
    (await call('/webhooks', json({ url, ...body }))).json() as Promise<{ id: string; secret: string }>;
  const taken = () => received.filter(({ headers }) => headers['x-outcome'] !== 'refused');
  const until = (check: () => boolean | Promise<boolean>, timeout = 8_000) =>
    vi.waitFor(async () => expect(await check()).toBe(true), { timeout, interval: 20 });
  const dead = async (call: Call, id: string) =>
    (await (await call(`/webhooks/${id}/deliveries?state=dead`)).json()).items as {
      id: string;
      attempts: number;
      error: string;
    }[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-webhooks-'));
    receiver = createServer((request, response) => {
      let raw = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        raw += chunk;
      });
      request.on('end', () => {
        const one = {
          id: String(request.headers['webhook-id']),
          path: request.url,
          headers: request.headers,
          raw,
          body: JSON.parse(raw),
        };
        received.push(one);
        answer(one, response);
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => {
    receiver.closeAllConnections();
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    received = [];
    answer = (_request, response) => response.end();
    api = await open();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await database.drop();
  });

  it('tell replies, owners and finished jobs, signed, each once', async () => {
    const call = partner(api);
    const { id, secret } = await register(call);
    expect([id, secret]).toEqual([expect.stringMatching(/^wh-/), expect.stringMatching(/^whsec_.{43}$/)]);
    await say(call, 'lead-1', 'm1');
    await call('/chats/lead-1/owner', json({ owner: 'manager' }));
    await database.pool.query(`insert into job_results (id, owner, name) values ('job-1', 'dev', 'valuation')`);
    await new JobResults(database.pool).settle('job-1', { status: 'completed', result: { total: 1 } });
    await until(() => received.length === 3);
    expect(received.map(({ body: { id: _id, createdAt: _at, ...body } }) => body)).toEqual(
      expect.arrayContaining([
        {
          type: 'message',
          chatId: 'lead-1',
          message: { seq: 2, author: 'bot', text: 'ответ: m1', at: expect.any(String), inReplyTo: 'm1' },
        },
        { type: 'owner', chatId: 'lead-1', owner: 'manager' },
        { type: 'job', jobId: 'job-1', state: 'completed' },
      ]),
    );
    for (const one of received) {
      expect(one.body.id).toBe(one.headers['webhook-id']);
      expect(isSigned(one, secret)).toBe(true);
      expect(isSigned({ ...one, raw: `${one.raw} ` }, secret)).toBe(false);
    }
    await sleep(700);
    expect(received).toHaveLength(3);
    const stored = await (await call(`/webhooks/${id}`)).json();
    expect(stored).toMatchObject({ id, state: 'active', failingSince: null, lastSuccessAt: expect.any(String) });
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('belong to their partner, are limited and refuse addresses inside', async () => {
    const keys = api.app.get(ApiKeys);
    const one = partner(api, (await keys.issue({ name: 'one', scopes: ['chats', 'webhooks'] })).secret);
    const two = partner(api, (await keys.issue({ name: 'two', scopes: ['chats', 'webhooks'] })).secret);
    const three = partner(api, (await keys.issue({ name: 'three', scopes: ['chats'] })).secret);
    const { id } = await register(one, { events: ['message'] });
    expect((await three('/webhooks')).status).toBe(403);
    expect((await two(`/webhooks/${id}`)).status).toBe(404);
    expect((await two(`/webhooks/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await two(`/webhooks/${id}/deliveries`)).status).toBe(404);
    await say(two, 'c', 'foreign');
    await say(one, 'c', 'own');
    await one('/chats/c/owner', json({ owner: 'manager' }));
    await until(() => received.length === 1);
    expect(received[0]?.body.message?.text).toBe('ответ: own');
    for (const address of [
      'https://10.0.0.1/x',
      'https://169.254.169.254/x',
      'http://example.org/x',
      'https://[::1]/x',
    ]) {
      const refused = await one('/webhooks', json({ url: address }));
      expect([refused.status, (await refused.json()).code]).toEqual([422, 'WEBHOOK_URL_NOT_ALLOWED']);
    }
    for (let i = 1; i < 10; i += 1) await register(one);
    expect((await (await one('/webhooks', json({ url }))).json()).code).toBe('TOO_MANY_WEBHOOKS');
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await (await one(`/webhooks?limit=4${cursor}`)).json();
      ids.push(...page.items.map((item: { id: string }) => item.id));
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    } while (cursor);
    expect([ids.length, new Set(ids).size, ids[0]]).toEqual([10, 10, id]);
    expect((await one(`/webhooks/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await one(`/webhooks/${id}`)).status).toBe(404);
    const { rows } = await database.pool.query('select 1 from webhook_deliveries where endpoint_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('are registered once under one Idempotency-Key', async () => {
    const call = partner(api);
    const headers = { 'idempotency-key': 'w' };
    const [first, again] = [
      await call('/webhooks', json({ url }, headers)),
      await call('/webhooks', json({ url }, headers)),
    ];
    expect(await again.json()).toEqual(await first.json());
    expect((await (await call('/webhooks')).json()).items).toHaveLength(1);
  });

  it('sign with two secrets while one is being changed', async () => {
    const call = partner(api);
    const { id, secret } = await register(call);
    const fresh = (await (await call(`/webhooks/${id}/secret`, json({}))).json()).secret;
    await say(call, 'c', '1');
    await until(() => received.length === 1);
    expect(received.map((one) => [isSigned(one, secret), isSigned(one, fresh)])).toEqual([[true, true]]);
    await database.pool.query('update webhook_endpoints set previous_until = now()');
    await say(call, 'c', '2');
    await until(() => received.length === 2);
    expect([isSigned(received[1]!, secret), isSigned(received[1]!, fresh)]).toEqual([false, true]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['fails', (response) => response.writeHead(500).end()],
    ['hangs up', (response) => response.destroy()],
    ['never answers', () => {}],
    ['redirects inside', (response) => response.writeHead(307, { location: 'http://10.0.0.1/secret' }).end()],
    ['answers without end', (response) => response.writeHead(200).end(Buffer.alloc(200_000))],
  ])('are delivered again, in the order of the chat, when the receiver %s', async (_name, misbehave) => {
    const call = partner(api);
    await register(call, { events: ['message'] });
    const attempts = new Map<string, number>();
    answer = ({ id }, response) => {
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      if (attempt > 1) response.setHeader('x-taken', '1').end();
      else misbehave(response);
    };
    for (const id of ['1', '2', '3']) await say(call, 'c', id);
    await until(() => attempts.size === 3 && [...attempts.values()].every((count) => count === 2));
    const lastOf = new Map(received.map(({ id, body }) => [id, body.message?.seq]));
    expect([...lastOf.values()]).toEqual([2, 4, 6]);
    // The next message of the chat was never tried before the one ahead of it was taken.
    expect(received.map(({ body }) => body.message?.seq)).toEqual([2, 2, 4, 4, 6, 6]);
  });

  it('of other chats go on while one is refused; a delivery given up is shown and replayed', async () => {
    const call = partner(api);
    const { id } = await register(call, { events: ['message'] });
    let refusing = true;
    answer = ({ body }, response) => response.writeHead(refusing && body.chatId === 'bad' ? 422 : 204).end();
    await say(call, 'bad', '1');
    await say(call, 'good', '1');
    await until(() => received.some(({ body }) => body.chatId === 'good'));
    await database.pool.query('update webhook_deliveries set attempts = 11, next_at = now() where state = $1', [
      'pending',
    ]);
    await database.pool.query(`update webhook_endpoints set retry_at = 'epoch'`);
    await until(async () => (await dead(call, id)).length === 1);
    const [letter] = await dead(call, id);
    expect(letter).toMatchObject({ type: 'message', status: 422, error: 'answered 422' });
    expect(letter?.attempts).toBeGreaterThanOrEqual(12);
    refusing = false;
    received = [];
    const route = `/webhooks/${id}/deliveries/${letter?.id}/replay`;
    expect(await (await call(route, json({}))).json()).toEqual({ replayed: 1 });
    await until(() => received.length === 1);
    expect(received[0]?.id).toBe(letter?.id);
    expect((await call(route, json({}))).status).toBe(404);
    expect(await (await call(`/webhooks/${id}/replay`, json({}))).json()).toEqual({ replayed: 0 });
  });

  it('of one endpoint do not wait for another that hangs', async () => {
    const call = partner(api);
    await register(call, { url: `${url}/hangs`, events: ['message'] });
    await register(call, { events: ['message'] });
    answer = (request, response) => {
      if (!request.path?.endsWith('/hangs')) response.end();
    };
    for (const id of ['1', '2', '3']) await say(call, `c${id}`, id);
    await until(() => received.filter(({ path: at }) => at === '/hook').length === 3);
    const hung = received.filter(({ path: at }) => at === '/hook/hangs');
    // While it takes nothing it is asked, not flooded.
    expect(hung.length).toBeLessThanOrEqual(LANES_AT_ONCE);
  });

  it('are switched off after days of failures, note nothing then, and are switched on again', async () => {
    const call = partner(api);
    const { id } = await register(call, { events: ['message'] });
    answer = (_request, response) => response.writeHead(503).end();
    await say(call, 'c', '1');
    await until(() => received.length > 0);
    await database.pool.query(
      `update webhook_endpoints set failing_since = now() - interval '73 hours', retry_at = 'epoch'`,
    );
    await database.pool.query(`update webhook_deliveries set next_at = now() where state = 'pending'`);
    await until(async () => (await (await call(`/webhooks/${id}`)).json()).state === 'disabled');
    expect(await dead(call, id)).toMatchObject([{ error: 'the webhook was switched off' }]);
    const exposition = await api.metrics.exposition();
    expect(exposition).toContain('wewall_webhook_endpoints{state="disabled"} 1');
    expect(exposition).toContain('wewall_webhook_dead_letters 1');
    await say(call, 'c', '2');
    answer = (_request, response) => response.end();
    received = [];
    expect(await (await call(`/webhooks/${id}/enable`, json({}))).json()).toMatchObject({ state: 'active' });
    await call(`/webhooks/${id}/replay`, json({}));
    await say(call, 'c', '3');
    await until(() => received.length === 2);
    await sleep(600);
    expect(received.map(({ body }) => body.message?.text)).toEqual(['ответ: 1', 'ответ: 3']);
  });

  it('go out once and in order from several processes, also when one lost its lease in between', async () => {
    await Promise.all([open(), open()]);
    const call = partner(api);
    await register(call, { events: ['message'] });
    const chats = Array.from({ length: 10 }, (_, index) => `c${index}`);
    await Promise.all(
      chats.map(async (chat) => {
        for (const id of ['1', '2', '3', '4']) await say(call, chat, id);
      }),
    );
    await until(() => received.length >= 40);
    await sleep(700);
    expect(received).toHaveLength(40);
    expect(new Set(taken().map(({ id }) => id)).size).toBe(40);
    for (const chat of chats) {
      const order = received.filter(({ body }) => body.chatId === chat).map(({ body }) => body.message?.seq);
      expect(order).toEqual([2, 4, 6, 8]);
    }
    // A process that was frozen over an attempt: its endpoint has gone to another, its outcome is not recorded.
    let release = () => {};
    answer = (_request, response) => {
      release = () => response.end();
    };
    received = [];
    await say(call, 'late', '1');
    await until(() => received.length === 1);
    await database.pool.query('update webhook_endpoints set fence = fence + 1');
    release();
    await sleep(100);
    const { rows } = await database.pool.query('select state, attempts from webhook_deliveries where lane like $1', [
      '%late',
    ]);
    expect(rows).toEqual([{ state: 'pending', attempts: 0 }]);
  });
});
