import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Call, json, partner, type StartedApi, startApi } from '../started-api.js';

let database: TestDatabase;
let folder: string;
let api: StartedApi;
let call: Call;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-changes-'));
  api = await startApi({ pool: database.pool, folder, answer: (text) => [{ text: `ответ: ${text}` }] });
  call = partner(api);
});
afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const patch = (route: string, body: object) => call(route, { ...json(body), method: 'PATCH' });
const code = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

describe('a client’s edit', () => {
  it('changes the message in the transcript, for live readers too, once', async () => {
    await call('/chats/edits/messages?wait=5000', json({ id: 'm-1', text: 'офис 100' }));
    const end = new AbortController();
    const stream = await call('/chats/edits/events?after=2', { signal: end.signal });
    let heard = '';
    const listening = (async () => {
      for await (const chunk of stream.body ?? []) heard += Buffer.from(chunk).toString('utf8');
    })().catch(() => {});
    const edited = await patch('/chats/edits/messages/m-1', { text: 'офис 150' });
    expect(edited.status).toBe(200);
    expect(await edited.json()).toEqual({ chatId: 'edits', messageId: 'm-1', changed: true });
    expect(await (await patch('/chats/edits/messages/m-1', { text: 'офис 150' })).json()).toMatchObject({
      changed: false,
    });
    const [first] = (await (await call('/chats/edits/messages')).json()) as { text: string; editedAt?: string }[];
    expect(first).toMatchObject({ text: 'офис 150', editedAt: expect.any(String) });
    for (let wait = 0; wait < 200 && !heard.includes('event: edit'); wait += 1) await sleep(20);
    expect(heard).toContain('event: edit');
    expect(heard).toContain('офис 150');
    end.abort();
    await listening;
  });

  it('is refused by name where there is nothing to change', async () => {
    await call('/chats/fixed/messages', json({ id: 'b', button: 'menu.start' }));
    expect(await code(await patch('/chats/nobody/messages/m', { text: 'x' }))).toEqual([404, 'CHAT_NOT_FOUND']);
    expect(await code(await patch('/chats/fixed/messages/m', { text: 'x' }))).toEqual([404, 'MESSAGE_NOT_FOUND']);
    expect(await code(await patch('/chats/fixed/messages/b', { text: 'x' }))).toEqual([409, 'MESSAGE_NOT_EDITABLE']);
    expect((await patch('/chats/fixed/messages/b', { text: '' })).status).toBe(400);
    expect((await patch('/chats/fixed/messages/b', {})).status).toBe(400);
  });
});

it('a client types and reads: managers are shown', async () => {
  await call('/chats/here/messages?wait=5000', json({ id: 'm1', text: 'привет' }));
  const { rows } = await database.pool.query<{ id: string }>(`select id from chats where id like '%:here'`);
  const chatId = rows[0]?.id ?? '';
  await api.chats.store.changeOwner(chatId, 'manager', 'test');
  expect((await call('/chats/here/typing', json({}))).status).toBe(204);
  const typing = await api.chats.presence.toTell('client', { everyMs: 5_000 });
  expect(typing.map(({ chatId: id }) => id)).toEqual([chatId]);
  expect(await api.chats.presence.toTell('client', { everyMs: 5_000 })).toEqual([]);
  expect((await call('/chats/here/read', json({ seq: 2 }))).status).toBe(204);
  expect((await call('/chats/here/read', json({ seq: 1 }))).status).toBe(204);
  expect(await api.chats.presence.readTo(chatId, 'client')).toBe(2);
  for (const route of ['typing', 'read'])
    expect(await code(await call(`/chats/nobody/${route}`, json({ seq: 1 })))).toEqual([404, 'CHAT_NOT_FOUND']);
  expect((await call('/chats/here/read', json({ seq: 0 }))).status).toBe(400);
});
