import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { ChatUpdate } from './live-feed.js';
import type { TurnRunner } from './turn-runner.js';

const CHAT = 'web:1';

let database: TestDatabase;
let serving: Chats;
/** Another process: it hears no signals of the first. */
let elsewhere: Chats;
let runner: TurnRunner;
let end: AbortController;

/** Collects what a reader gets. */
function follow(chats: Chats, after?: number): { updates: ChatUpdate[]; ended: Promise<void> } {
  const updates: ChatUpdate[] = [];
  const feed = chats.store.subscribe(CHAT, { signal: end.signal, ...(after !== undefined && { after }) });
  const ended = (async () => {
    for await (const update of feed) updates.push(update);
  })();
  return { updates, ended };
}

const seqs = (updates: ChatUpdate[]) =>
  updates.flatMap((update) => (update.type === 'message' ? [update.message.seq] : []));

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  end = new AbortController();
  serving = createChats(database.pool, { quietMs: 0, sweepMs: 100 });
  elsewhere = createChats(database.pool);
  runner = await serving.createRunner({
    async run({ events }) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const text = events.map(({ id }) => id).join('|');
      return {
        effects: [{ type: 'reply', message: { text } }],
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: '' }),
  });
  runner.start();
});
afterEach(async () => {
  end.abort();
  await runner.stop(1_000);
  await database.drop();
});

const say = (id: string) => serving.store.ingestClientMessage({ chatId: CHAT, channel: 'web', id, text: id });

describe('a live reader', () => {
  it('gets every line once and in order, in this process and in another', async () => {
    await say('m0');
    await serving.store.waitForReplies(CHAT, 'm0', 5_000);
    const here = follow(serving, 0);
    const there = follow(elsewhere, 0);
    for (let i = 1; i <= 20; i += 1) await say(`m${i}`);
    await serving.store.waitForReplies(CHAT, 'm20', 10_000);
    const last = (await serving.store.transcript(CHAT, 0, 500)).length;
    const all = Array.from({ length: last }, (_, index) => index + 1);
    await expect.poll(() => seqs(here.updates), { timeout: 3_000 }).toEqual(all);
    await expect.poll(() => seqs(there.updates), { timeout: 3_000 }).toEqual(all);
  });

  it('begins now when it names no place', async () => {
    await say('old');
    await serving.store.waitForReplies(CHAT, 'old', 5_000);
    const reader = follow(serving);
    // The reader has taken its place once the feed has looked.
    await expect.poll(() => serving.statements.counts()['feed.heads'] ?? 0).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await say('new');
    await expect.poll(() => seqs(reader.updates), { timeout: 3_000 }).toEqual([3, 4]);
  });

  it('sees typing begin and end around the reply, and changes of owner', async () => {
    await say('m');
    await serving.store.waitForReplies(CHAT, 'm', 5_000);
    const reader = follow(serving, 2);
    await expect.poll(() => serving.statements.counts()['feed.heads'] ?? 0).toBeGreaterThan(0);
    await say('n');
    await expect
      .poll(() => reader.updates.filter(({ type }) => type === 'typing'), { timeout: 3_000 })
      .toEqual([
        { type: 'typing', on: true },
        { type: 'typing', on: false },
      ]);
    await serving.store.changeOwner(CHAT, 'manager', 'test');
    await expect.poll(() => reader.updates.at(-1), { timeout: 3_000 }).toEqual({ type: 'owner', owner: 'manager' });
  });

  it('ends with its signal and then asks the database nothing', async () => {
    await say('m');
    const reader = follow(elsewhere, 0);
    await expect.poll(() => reader.updates.length, { timeout: 3_000 }).toBeGreaterThan(0);
    end.abort();
    await reader.ended;
    elsewhere.statements.resetCounts();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(elsewhere.statements.counts()).toEqual({});
  });
});
