import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { ChatUpdate } from './live-feed.js';
import type { TurnInput, TurnRunner } from './turn-runner.js';

const CHAT = 'rest:k:1';
const FIRST = 'Ставка — 34,5 тыс. ₽ за м² в год.';
const WHOLE = `${FIRST} Это на 38 % больше.`;
const POLL = { timeout: 10_000 };

let database: TestDatabase;
let serving: Chats;
/** Another process: it hears what the bus would carry. */
let elsewhere: Chats;
let runner: TurnRunner;
let end: AbortController;
/** Turns that have begun, in order; each waits to be told how it ends. */
let turns: { input: TurnInput; finish: (text: string) => void; fail: (error: Error) => void }[];

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  end = new AbortController();
  turns = [];
  // CRM on: what is mirrored would show in the outbox.
  serving = createChats(database.pool, { quietMs: 0, sweepMs: 100, lookMs: 200, backoffMs: 60_000, crm: true });
  elsewhere = createChats(database.pool, { lookMs: 200 });
  serving.signals.on('draft', (draft) => elsewhere.signals.emit('draft', draft, true));
  runner = await serving.createRunner({
    run: (input) =>
      new Promise((resolve, reject) => {
        const view = { scenario: null, step: null, slots: {} };
        const finish = (text: string) => resolve({ effects: [{ type: 'reply', message: { text } }], view });
        turns.push({ input, finish, fail: reject });
      }),
    apology: () => ({ text: '' }),
  });
  runner.start();
});
afterEach(async () => {
  end.abort();
  for (const { finish } of turns) finish('');
  await runner.stop(5_000);
  await database.drop();
});

/** What a reader sees from the first message on, in short. */
async function follow(chats: Chats): Promise<string[]> {
  const seen: string[] = [];
  const inShort = (update: ChatUpdate) => {
    if (update.type === 'message') return `${update.message.author}: ${update.message.text}`;
    if (update.type === 'draft') return `draft: ${update.text}${update.inReplyTo ? ` → ${update.inReplyTo}` : ''}`;
    return null;
  };
  const updates = chats.store.subscribe(CHAT, { after: 0, signal: end.signal });
  (async () => {
    for await (const update of updates) {
      const short = inShort(update);
      if (short !== null) seen.push(short);
    }
  })().catch((error: unknown) => seen.push(String(error)));
  await expect.poll(() => seen.length, POLL).toBeGreaterThan(0);
  return seen;
}

const say = (id: string) => serving.store.ingestClientMessage({ chatId: CHAT, channel: 'rest', id, text: id });
const begun = async (number: number) => {
  await expect.poll(() => turns.length, POLL).toBe(number);
  return turns[number - 1] as (typeof turns)[number];
};

describe('what the bot is writing', () => {
  it('is seen as it grows, here and in another process, and then the message that is said', async () => {
    await say('m1');
    const turn = await begun(1);
    const readers = [await follow(serving), await follow(elsewhere)];
    turn.input.draft(FIRST);
    for (const seen of readers) await expect.poll(() => seen, POLL).toEqual(['client: m1', `draft: ${FIRST} → m1`]);
    turn.input.draft(WHOLE);
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toBe(`draft: ${WHOLE} → m1`);
    // Nothing of it is anywhere but before their eyes.
    for (const table of ['transcript', 'outbox', 'inbox', 'checkpoints', 'timers']) {
      const { rows } = await database.pool.query(`select 1 from ${table} t where t::text like '%34,5%'`);
      expect(rows, table).toEqual([]);
    }
    turn.finish(`${WHOLE} Источник: обзор.`);
    for (const seen of readers)
      await expect.poll(() => seen.slice(-2), POLL).toEqual([`bot: ${WHOLE} Источник: обзор.`, 'draft: ']);
    const { rows } = await database.pool.query(
      "select count(*)::int as n from outbox where target = 'crm' and body->>'type' = 'message'",
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('goes with a turn that fails', async () => {
    await say('m1');
    const turn = await begun(1);
    const readers = [await follow(serving), await follow(elsewhere)];
    turn.input.draft(FIRST);
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toContain(FIRST);
    turn.fail(new Error('broken'));
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toBe('draft: ');
    // A word after the end is not heard.
    turn.input.draft(WHOLE);
    await say('m2');
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toBe('client: m2');
    expect(readers.flat().join()).not.toContain(WHOLE);
  });

  it('goes when a manager takes the chat, and nothing more of it is seen', async () => {
    await say('m1');
    const turn = await begun(1);
    const readers = [await follow(serving), await follow(elsewhere)];
    turn.input.draft(FIRST);
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toContain(FIRST);
    await serving.store.ingestManagerMessage({ chatId: CHAT, id: 'a1', text: 'Добрый день', source: 'api' });
    for (const seen of readers)
      await expect.poll(() => seen.slice(-2), POLL).toEqual(['manager: Добрый день', 'draft: ']);
    turn.input.draft(WHOLE);
    turn.finish(WHOLE);
    // The manager's message is a turn of its own, and a silent one.
    const silent = await begun(2);
    silent.input.draft(WHOLE);
    silent.finish('');
    await say('m2');
    for (const seen of readers) await expect.poll(() => seen.at(-1), POLL).toBe('client: m2');
    expect(readers.flat().join()).not.toContain(WHOLE);
  });

  it('goes when its process is lost: the lease runs out', async () => {
    await say('m1');
    const turn = await begun(1);
    const seen = await follow(elsewhere);
    turn.input.draft(FIRST);
    await expect.poll(() => seen.at(-1), POLL).toContain(FIRST);
    await database.pool.query("update chats set lease_until = 'epoch'");
    await expect.poll(() => seen.at(-1), POLL).toBe('draft: ');
  });

  it('is nothing without readers, and too long a one is seen when it is said', async () => {
    await say('m1');
    const turn = await begun(1);
    turn.input.draft(FIRST);
    const seen = await follow(serving);
    turn.input.draft('я'.repeat(3_001));
    turn.input.draft('');
    turn.finish(WHOLE);
    await expect.poll(() => seen.at(-1), POLL).toBe(`bot: ${WHOLE}`);
    expect(seen).toEqual(['client: m1', `bot: ${WHOLE}`]);
  });
});
