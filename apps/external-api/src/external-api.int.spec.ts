import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiMessage, connectorConformance } from '#libs/channels';
import type { MessageContent } from '#libs/chats';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Call, json, partner, type StartedApi, startApi } from './started-api.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-api-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (database: TestDatabase, answer: (text: string) => MessageContent[]): Promise<StartedApi> =>
  startApi({ pool: database.pool, folder, answer });
const rest = partner;

/** A browser that has opened the page: it keeps the cookie and sends the page's header. */
async function visit(api: StartedApi): Promise<Call> {
  const headers = { 'x-wewall-chat': '1' };
  const opened = await fetch(`${api.base}/web/session`, {
    ...json({}),
    headers: { ...headers, 'content-type': 'application/json' },
  });
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return (route, init = {}) =>
    fetch(`${api.base}/web${route}`, { ...init, headers: { ...(init.headers as object), ...headers, cookie } });
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
});
afterAll(() => database.drop());

describe.each(['rest', 'web'] as const)('%s passes the conformance suite', (channel) => {
  let nextChat = 0;
  const cases = connectorConformance(async (answer) => {
    const api = await start(database, answer);
    const call = channel === 'rest' ? rest(api) : await visit(api);
    const prefix = channel === 'rest' ? `/chats/c${nextChat++}` : '';
    let nextId = 0;
    const post = async (message: object) => {
      const response = await call(`${prefix}/messages`, json(message));
      expect(response.status).toBe(202);
    };
    const read = async (): Promise<ApiMessage[]> => {
      const response = await call(`${prefix}/messages?limit=500`);
      return response.status === 404 ? [] : ((await response.json()) as ApiMessage[]);
    };
    const inner = async () => {
      const { rows } = await database.pool.query<{ id: string }>(
        'select id from chats where channel = $1 order by created_at desc limit 1',
        [channel],
      );
      return rows[0]?.id ?? '';
    };
    return {
      async clientSays(text, deliveries = 1) {
        const id = `m${nextId++}`;
        for (let delivery = 0; delivery < deliveries; delivery++) await post({ id, text });
      },
      clientPresses: (payload) => post({ id: `m${nextId++}`, button: payload }),
      received: async () =>
        (await read())
          .filter(({ author }) => author === 'client')
          .map(({ text, button }) => ({ text, ...(button !== undefined && { button }) })),
      seen: async () =>
        (await read())
          .filter(({ author }) => author === 'bot')
          .map(({ text, cards = [], buttons = [] }) => ({
            text: [
              text,
              ...cards.flatMap((card) => [card.title, ...card.rows.flatMap((row) => [row.label, row.value])]),
            ].join('\n'),
            buttons,
          })),
      async takeOver() {
        if (channel === 'rest') expect((await call(`${prefix}/owner`, json({ owner: 'manager' }))).status).toBe(200);
        else await api.chats.store.changeOwner(await inner(), 'manager', 'test');
      },
      async giveBack() {
        if (channel === 'rest') expect((await call(`${prefix}/owner`, json({ owner: 'bot' }))).status).toBe(200);
        else await api.chats.store.changeOwner(await inner(), 'bot', 'test');
      },
      close: api.close,
    };
  });
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => one.run());
});

describe('REST', () => {
  let api: StartedApi;
  let call: Call;
  beforeAll(async () => {
    api = await start(database, (text) => [{ text: `ответ: ${text}` }]);
    call = rest(api);
  });
  afterAll(() => api.close());

  it('waits for the replies when asked to', async () => {
    const response = await call('/chats/w1/messages?wait=10000', json({ id: '1', text: 'привет' }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      chatId: 'w1',
      messageId: '1',
      duplicate: false,
      replies: [{ seq: 2, author: 'bot', text: 'ответ: привет', inReplyTo: '1' }],
    });
    const again = await call('/chats/w1/messages?wait=10000', json({ id: '1', text: 'привет' }));
    expect(await again.json()).toMatchObject({ duplicate: true, replies: [{ seq: 2 }] });
  });

  const depth = `{"id":"1","profile":${'['.repeat(5000)}${']'.repeat(5000)}}`;
  it.each<[string, string, RequestInit, number, string]>([
    ['malformed JSON', '/chats/b/messages', json('{"id":'), 400, 'MALFORMED_JSON'],
    ['an unknown field', '/chats/b/messages', json({ id: '1', text: 'a', admin: true }), 400, 'VALIDATION_FAILED'],
    ['a wrong type', '/chats/b/messages', json({ id: '1', text: { $ne: 1 } }), 400, 'VALIDATION_FAILED'],
    ['an array', '/chats/b/messages', json([1]), 400, 'VALIDATION_FAILED'],
    ['an id with spaces', '/chats/b/messages', json({ id: 'a b', text: 'a' }), 400, 'VALIDATION_FAILED'],
    ['nothing said', '/chats/b/messages', json({ id: '1', text: ' \u0000 ' }), 400, 'EMPTY_MESSAGE'],
    ['10,001 characters', '/chats/b/messages', json({ id: '1', text: 'я'.repeat(10_001) }), 400, 'VALIDATION_FAILED'],
    ['a megabyte', '/chats/b/messages', json({ id: '1', text: 'a'.repeat(1_000_000) }), 413, 'PAYLOAD_TOO_LARGE'],
    ['depth', '/chats/b/messages', json(depth), 400, 'BODY_TOO_DEEP'],
    [
      'a button over 64 bytes',
      '/chats/b/messages',
      json({ id: '1', button: 'я'.repeat(33) }),
      400,
      'MESSAGE_TOO_LARGE',
    ],
    [
      'another’s upload',
      '/chats/b/messages',
      json({ id: '1', attachments: [{ uploadId: 'u-0' }] }),
      422,
      'UPLOAD_NOT_FOUND',
    ],
    [
      'an address inside',
      '/chats/b/messages',
      json({ id: '1', attachments: [{ url: 'https://169.254.169.254/x' }] }),
      422,
      'ATTACHMENT_URL_NOT_ALLOWED',
    ],
    ['too long a wait', '/chats/b/messages?wait=30001', json({ id: '1', text: 'a' }), 400, 'VALIDATION_FAILED'],
    ['a chat id with a slash', '/chats/a%2Fb/messages', json({ id: '1', text: 'a' }), 400, 'VALIDATION_FAILED'],
    ['an unknown chat', '/chats/none', {}, 404, 'CHAT_NOT_FOUND'],
    ['an unknown owner', '/chats/w1/owner', json({ owner: 'cat' }), 400, 'VALIDATION_FAILED'],
    [
      'no workers',
      '/valuations',
      json({ kind: 'office', deal: 'rent', class: 'A', station: 'Павелецкая', walkMeters: 1, area: 1 }),
      503,
      'SERVICE_UNAVAILABLE',
    ],
    ['an unknown job', '/jobs/none', {}, 404, 'JOB_NOT_FOUND'],
    [
      'a negative area',
      '/valuations',
      json({ kind: 'office', deal: 'rent', class: 'A', station: 'x', walkMeters: 1, area: -1 }),
      400,
      'VALIDATION_FAILED',
    ],
  ])('answers %s with a problem', async (_name, route, init, status, code) => {
    const response = await call(route, init);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it('takes a field that is null for one that is absent', async () => {
    const nothing = { button: null, attachments: null, profile: { name: null, phone: null } };
    expect((await call('/chats/nulls/messages', json({ id: '1', text: 'a', ...nothing }))).status).toBe(202);
    const refused = await call('/chats/nulls/messages', json({ id: null, text: 'a' }));
    expect([refused.status, (await refused.json()).errors[0].field]).toEqual([400, 'id']);
    expect((await call('/chats/nulls/messages', json({ id: '2', text: null }))).status).toBe(400);
  });

  it('refuses positions that no message can have', async () => {
    for (const route of ['/chats/nulls/messages?after=2147483648', '/chats/nulls/events?after=999999999999999']) {
      expect((await call(route)).status).toBe(400);
    }
    expect(await (await call('/chats/nulls/messages?after=2147483647')).json()).toEqual([]);
  });

  it('stores nothing of what it refused', async () => {
    expect((await call('/chats/b/messages')).status).toBe(404);
  });

  it('takes files by content and hands them back by signed links', async () => {
    const form = (bytes: Buffer, name: string) => {
      const body = new FormData();
      body.append('file', new Blob([new Uint8Array(bytes)]), name);
      return { method: 'POST', body };
    };
    const refused = await call('/uploads', form(Buffer.from('<script>'), 'a.png'));
    expect([refused.status, (await refused.json()).code]).toEqual([415, 'FILE_TYPE_NOT_ACCEPTED']);
    const big = await call('/uploads', form(Buffer.alloc(20 * 1024 * 1024 + 1), 'a.png'));
    expect(big.status).toBe(413);
    const { uploadId } = await (await call('/uploads', form(PNG, '../план.exe'))).json();
    expect((await call('/chats/f/messages', json({ id: '1', attachments: [{ uploadId }] }))).status).toBe(202);
    const [message] = await (await call('/chats/f/messages')).json();
    expect(message.attachments).toEqual([
      {
        name: 'план.png',
        contentType: 'image/png',
        url: expect.stringMatching(/^http:\/\/files\.test\/files\/[0-9a-f]{40}\?/),
      },
    ]);
  });

  it('resumes a stream after Last-Event-ID without losing or doubling', async () => {
    for (const id of ['1', '2', '3']) await call('/chats/s/messages?wait=5000', json({ id, text: id }));
    const response = await call('/chats/s/events', {
      headers: { 'last-event-id': '2' },
      signal: AbortSignal.timeout(5_000),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const reader = response.body?.getReader();
    void call('/chats/s/messages', json({ id: '4', text: '4' }));
    while (!text.includes('id: 8')) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it('pages through a transcript by Link', async () => {
    for (const id of ['1', '2']) await call('/chats/p/messages?wait=5000', json({ id, text: id }));
    const seen: number[] = [];
    let next: string | undefined = '/api/v1/chats/p/messages?limit=3';
    while (next) {
      const page = await call(next.replace('/api/v1', ''));
      seen.push(...(await page.json()).map(({ seq }: ApiMessage) => seq));
      next = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('bounds open streams', async () => {
    const open: AbortController[] = [];
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) {
      const end = new AbortController();
      open.push(end);
      statuses.push((await call('/chats/many/events', { signal: end.signal })).status);
    }
    for (const end of open) end.abort();
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });

  it('describes itself', async () => {
    const document = await (await fetch(`${api.base}/api/openapi.json`)).json();
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/analogs',
        '/api/v1/chats/{chatId}',
        '/api/v1/chats/{chatId}/events',
        '/api/v1/chats/{chatId}/messages',
        '/api/v1/chats/{chatId}/owner',
        '/api/v1/finance-models',
        '/api/v1/jobs/{jobId}',
        '/api/v1/uploads',
        '/api/v1/valuations',
        '/api/v1/webhooks',
        '/api/v1/webhooks/{webhookId}',
        '/api/v1/webhooks/{webhookId}/deliveries',
        '/api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
        '/api/v1/webhooks/{webhookId}/enable',
        '/api/v1/webhooks/{webhookId}/replay',
        '/api/v1/webhooks/{webhookId}/secret',
      ]),
    );
    for (const operations of Object.values<Record<string, { responses: object }>>(document.paths)) {
      for (const { responses } of Object.values(operations)) expect(Object.keys(responses)).toContain('401');
    }
    expect((await fetch(`${api.base}/docs`)).status).toBe(200);
  });
});

describe('web chat sessions', () => {
  it('belong to their cookie, cannot be forged and refuse other sites', async () => {
    const api = await start(database, () => []);
    const anna = await visit(api);
    const boris = await visit(api);
    expect((await anna('/messages', json({ id: '1', text: 'секрет' }))).status).toBe(202);
    expect(await (await anna('/messages')).json()).toHaveLength(1);
    expect(await (await boris('/messages')).json()).toHaveLength(0);
    const headers = { 'x-wewall-chat': '1', cookie: `wewall_visitor=${'a'.repeat(32)}.${'A'.repeat(43)}` };
    expect((await fetch(`${api.base}/web/messages`, { headers })).status).toBe(401);
    expect((await anna('/messages', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await fetch(`${api.base}/web/session`, json({}))).status).toBe(403);
    const opened = await fetch(`${api.base}/web/session`, { method: 'POST', headers: { 'x-wewall-chat': '1' } });
    expect(opened.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Strict$/);
    await api.close();
  });
});
