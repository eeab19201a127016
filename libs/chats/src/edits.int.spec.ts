import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { TurnInput, TurnRunner } from './turn-runner.js';
import type { ChatEvent } from './types.js';

const CHAT = 'telegram:1';
let database: TestDatabase;
let chats: Chats;
let runner: TurnRunner;
let turns: ChatEvent[][];
/** What the handler waits for, before it answers. */
let hold: (input: TurnInput) => Promise<void>;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  turns = [];
  hold = async () => {};
  chats = createChats(database.pool, { quietMs: 0, sweepMs: 30, backoffMs: 1, leaseMs: 5_000, crm: true });
  runner = await chats.createRunner({
    async run(input) {
      turns.push(structuredClone(input.events));
      await hold(input);
      const said = input.events.map((event) => (event.kind === 'client' ? event.text : event.kind)).join('|');
      return {
        effects: [{ type: 'reply', message: { text: said } }],
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: 'ошибка' }),
  });
});
afterEach(async () => {
  await runner.stop(1_000);
  await database.drop();
});

const say = (id: string, text: string) =>
  chats.store.ingestClientMessage({ chatId: CHAT, channel: 'telegram', id, text, address: { chatId: 1 } });
const edit = (id: string, text: string) =>
  chats.store.editMessage({ chatId: CHAT, author: 'client', id, text, source: 'channel' });
const replies = async () =>
  (await chats.store.transcript(CHAT, 0, 100)).filter(({ author }) => author === 'bot').map(({ text }) => text);
const edits = async (target: string) =>
  (
    await database.pool.query<{ id: string; body: { type: string; before: string; message: { text: string } } }>(
      `select id, body from outbox where target = $1 and body->>'type' = 'edit' order by ord`,
      [target],
    )
  ).rows.map(({ id, body }) => [id, body.before, body.message.text]);

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('timed out');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('an edit of a client’s message', () => {
  it('changes what an unread message says, and shows in the transcript and the mirror', async () => {
    await say('m1', 'офис 100');
    expect(await edit('m1', 'офис 150')).toBe('changed');
    expect(await edit('m1', 'офис 150')).toBe('same');
    runner.start();
    runner.wake(CHAT);
    await until(async () => (await replies()).length === 1);
    expect(await replies()).toEqual(['офис 150']);
    const [first] = await chats.store.transcript(CHAT);
    expect(first).toMatchObject({ seq: 1, text: 'офис 150', editedAt: expect.any(String) });
    expect(await edits('crm')).toEqual([[`${CHAT}:edit:1:crm`, 'офис 100', 'офис 150']]);
  });

  it('takes the fence of a turn that has read the old text: the turn runs again with the new one', async () => {
    let release = () => {};
    hold = async () => {
      if (turns.length === 1) await new Promise<void>((resolve) => (release = resolve));
    };
    runner.start();
    await say('m1', 'офис 100');
    await until(() => turns.length === 1);
    expect(await edit('m1', 'офис 150')).toBe('changed');
    release();
    await until(async () => (await replies()).length === 1);
    expect(await replies()).toEqual(['офис 150']);
    expect(turns).toHaveLength(2);
  });

  it('is an event of its own once the message was read, and edits of that event are merged', async () => {
    runner.start();
    await say('m1', 'офис 100');
    await until(async () => (await replies()).length === 1);
    await runner.stop(1_000);
    await edit('m1', 'офис 150');
    await edit('m1', 'офис 200');
    const { rows } = await database.pool.query<{ body: ChatEvent }>('select body from inbox where done_turn is null');
    expect(rows.map(({ body }) => body)).toMatchObject([
      { kind: 'client', id: 'm1#1', text: 'офис 200', edit: { of: 'm1', before: 'офис 100' } },
    ]);
    expect(await edits('crm')).toEqual([
      [`${CHAT}:edit:1:crm`, 'офис 100', 'офис 150'],
      [`${CHAT}:edit:2:crm`, 'офис 150', 'офис 200'],
    ]);
    // Numbers of the transcript have no gap: an edit is no line.
    expect((await say('m2', 'дальше')).seq).toBe(3);
  });

  it('does not touch what it does not know, and pressed buttons', async () => {
    expect(await edit('nobody', 'офис')).toBe('unknown');
    await chats.store.ingestClientMessage({ chatId: CHAT, channel: 'telegram', id: 'b', button: 'menu.start' });
    expect(await edit('b', 'офис')).toBe('fixed');
    await expect(edit('b', '  ')).rejects.toMatchObject({ code: 'empty-message' });
  });
});

describe('an edit of a manager’s message', () => {
  it('goes to the client’s channel, not back to the CRM, and does not wake the dialog', async () => {
    await say('m1', 'привет');
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'amo:1', text: 'Миллион', source: 'crm' });
    const change = {
      chatId: CHAT,
      author: 'manager' as const,
      id: 'amo:1',
      text: 'Два миллиона',
      source: 'crm' as const,
    };
    expect(await chats.store.editMessage(change)).toBe('changed');
    expect(await edits('telegram')).toEqual([[`${CHAT}:edit:1:telegram`, 'Миллион', 'Два миллиона']]);
    expect(await edits('crm')).toEqual([]);
    expect((await chats.store.transcript(CHAT)).at(-1)?.text).toBe('Два миллиона');
    const { rowCount } = await database.pool.query(`select 1 from inbox where kind <> 'manager' and position > 2`);
    expect(rowCount).toBe(0);
  });
});

describe('live readers', () => {
  it('are shown edits, typing managers and reading managers', async () => {
    await say('m1', 'офис 100');
    const end = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const update of chats.store.subscribe(CHAT, { after: 0, signal: end.signal })) {
        if (update.type === 'message' || update.type === 'edit') seen.push(`${update.type} ${update.message.text}`);
        else
          seen.push(
            `${update.type} ${'on' in update ? update.on : 'seq' in update ? update.seq : 'owner' in update ? update.owner : update.text}`,
          );
      }
    })();
    await until(() => seen.length === 1);
    await edit('m1', 'офис 150');
    await until(() => seen.includes('edit офис 150'));
    await chats.presence.types(CHAT, 'manager', 200);
    await until(() => seen.includes('typing true'));
    await until(() => seen.at(-1) === 'typing false');
    expect(await chats.presence.read(CHAT, 'manager', 100)).toBe(true);
    expect(await chats.presence.read(CHAT, 'manager', 1)).toBe(false);
    await until(() => seen.includes('read 1'));
    end.abort();
    await reading;
  });
});

describe('reactions', () => {
  it('go to the other side once', async () => {
    await say('m1', 'привет');
    const reaction = { chatId: CHAT, id: 'r1', seq: 1, emoji: '👍', on: true };
    expect(await chats.store.ingestReaction({ ...reaction, author: 'manager' })).toBe(true);
    expect(await chats.store.ingestReaction({ ...reaction, author: 'manager' })).toBe(false);
    expect(await chats.store.ingestReaction({ ...reaction, id: 'r2', author: 'client' })).toBe(true);
    const { rows } = await database.pool.query<{ target: string }>(
      `select target from outbox where body->>'type' = 'reaction' order by ord`,
    );
    expect(rows.map(({ target }) => target)).toEqual(['telegram', 'crm']);
  });
});
