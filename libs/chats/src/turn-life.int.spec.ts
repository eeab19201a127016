import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createChats } from './chats.js';
import type { ChatSettings } from './settings.js';
import type { TurnInput, TurnRunner } from './turn-runner.js';

const CHAT = 'rest:k:1';
const view = { scenario: null, step: null, slots: {} };

let database: TestDatabase;
let runners: TurnRunner[];

/** One process whose turns do `work` and answer with how many events they had. */
async function open(work: (input: TurnInput) => Promise<void>, settings: Partial<ChatSettings> = {}) {
  const turns: TurnInput[] = [];
  const outcomes: string[] = [];
  const chats = createChats(
    database.pool,
    { quietMs: 0, sweepMs: 50, leaseMs: 300, ...settings },
    { turn: ({ outcome }) => outcomes.push(outcome) },
  );
  const runner = await chats.createRunner({
    async run(input) {
      turns.push(input);
      await work(input);
      return { effects: [{ type: 'reply', message: { text: `${input.events.length}` } }], view };
    },
    apology: () => ({ text: 'сбой' }),
  });
  runners.push(runner);
  runner.start();
  return { ...chats, runner, turns, outcomes };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const say = (id: string) => ({ chatId: CHAT, channel: 'rest', id, text: id });

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop(500)));
  await database.drop();
});

describe('a long turn', () => {
  it('keeps its lease while it runs', async () => {
    const slow = await open(() => pause(1_500));
    await slow.store.ingestClientMessage(say('m'));
    await expect.poll(() => slow.turns.length).toBe(1);
    // Its sweep looks at the chat twenty times a second and would take it.
    const other = await open(async () => {});
    expect(await slow.store.waitForReplies(CHAT, 'm', 5_000)).toMatchObject({ done: true, replies: [{ seq: 2 }] });
    await expect.poll(() => slow.outcomes).toEqual(['committed']);
    expect(other.turns).toEqual([]);
    expect(slow.statements.counts()['turn.renew']).toBeGreaterThanOrEqual(4);
  });

  it('is told when its lease is gone', async () => {
    const aborted: boolean[] = [];
    const slow = await open(async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted.push(signal.aborted);
    });
    await slow.store.ingestClientMessage(say('m'));
    await expect.poll(() => slow.turns.length).toBe(1);
    await database.pool.query('update chats set fence = fence + 1');
    await expect.poll(() => aborted).toEqual([true]);
    await expect.poll(() => slow.outcomes[0]).toBe('lease-lost');
  });
});

describe('a stop', () => {
  it('lets the running turn commit and takes no other', async () => {
    const first = await open(() => pause(200));
    await first.store.ingestClientMessage(say('m'));
    await expect.poll(() => first.turns.length).toBe(1);
    await first.store.ingestClientMessage(say('n'));
    await first.runner.stop(2_000);
    expect(first.outcomes).toEqual(['committed']);
    const { rows } = await database.pool.query('select external_id, done_turn from inbox order by position');
    expect(rows).toEqual([
      { external_id: 'm', done_turn: 1 },
      { external_id: 'n', done_turn: null },
    ]);
  });

  it('gives up a turn that does not end: another process takes the chat at once', async () => {
    const hung = await open(
      ({ signal }) => new Promise<void>((_, reject) => signal.addEventListener('abort', reject)),
      {
        leaseMs: 60_000,
      },
    );
    await hung.store.ingestClientMessage(say('m'));
    await expect.poll(() => hung.turns.length).toBe(1);
    await hung.runner.stop(50);
    const next = await open(async () => {});
    expect(await next.store.waitForReplies(CHAT, 'm', 3_000)).toMatchObject({ done: true, replies: [{ text: '1' }] });
    expect(hung.outcomes).toEqual([]);
  });
});

describe('a burst', () => {
  it('of 10,000 messages from one chat is stored and answered in order with bounded memory', {
    timeout: 60_000,
  }, async () => {
    const heard: string[] = [];
    let most = 0;
    let peak = 0;
    const chats = await open(
      async ({ events }) => {
        most = Math.max(most, events.length);
        peak = Math.max(peak, process.memoryUsage().heapUsed);
        for (const event of events) heard.push(event.id);
      },
      { leaseMs: 10_000 },
    );
    const before = process.memoryUsage().heapUsed;
    const started = performance.now();
    const receipts: number[] = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < 10_000) {
          const id = next;
          next += 1;
          const { seq } = await chats.store.ingestClientMessage(say(`b${id}`));
          receipts.push(seq);
        }
      }),
    );
    await expect.poll(() => heard.length, { timeout: 30_000 }).toBe(10_000);
    expect(performance.now() - started).toBeLessThan(45_000);
    expect(new Set(receipts).size).toBe(10_000);
    expect(most).toBeLessThanOrEqual(chats.settings.maxEventsPerTurn);
    expect((peak - before) / 1_048_576).toBeLessThan(150);
    const { rows } = await database.pool.query<{ external_id: string }>(
      'select external_id from inbox order by position',
    );
    expect(heard).toEqual(rows.map((row) => row.external_id));
  });
});
