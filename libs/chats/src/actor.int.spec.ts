import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { ChatsObserver } from './observer.js';
import type { ChatSettings } from './settings.js';
import type { TurnHandler, TurnInput, TurnResult, TurnRunner } from './turn-runner.js';
import type { Effect, JsonObject } from './types.js';

const view = { scenario: null, step: null, slots: {} satisfies JsonObject };

/** Echoes what it is told, one reply per turn. */
class Echo implements TurnHandler {
  readonly turns: TurnInput[] = [];
  constructor(private readonly answer: (input: TurnInput) => Effect[] | Promise<Effect[]> = echo) {}
  async run(input: TurnInput): Promise<TurnResult> {
    this.turns.push(input);
    return { effects: await this.answer(input), view };
  }
  apology() {
    return { text: 'Извините, что-то пошло не так' };
  }
}

function echo(input: TurnInput): Effect[] {
  const said = input.events.map((event) => (event.kind === 'client' ? (event.text ?? event.button) : event.kind));
  return [{ type: 'reply', message: { text: said.join('|') } }];
}

let database: TestDatabase;
let runners: TurnRunner[];
let wired: Chats[];

async function actor(handler: TurnHandler, settings: Partial<ChatSettings> = {}, observer: ChatsObserver = {}) {
  const chats = createChats(
    database.pool,
    { quietMs: 0, sweepMs: 50, backoffMs: 1, leaseMs: 2_000, ...settings },
    observer,
  );
  const runner = await chats.createRunner(handler);
  runners.push(runner);
  wired.push(chats);
  return { ...chats, runner };
}

const say = (id: string, text: string, chatId = 'rest:k:1', channel = 'rest') => ({ chatId, channel, id, text });

const texts = async (chats: Chats, chatId = 'rest:k:1') =>
  (await chats.store.transcript(chatId, 0, 500)).map((message) => `${message.seq} ${message.author} ${message.text}`);

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  runners = [];
  wired = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop(1_000)));
  await Promise.all(wired.map((chats) => chats.outbox.stop(1_000)));
  await database.drop();
});

describe('a turn', () => {
  it('answers in two queries and links the reply to the message', async () => {
    const chats = await actor(new Echo());
    chats.runner.start();
    await chats.store.ingestClientMessage(say('warm', 'раз'));
    await chats.store.waitForReplies('rest:k:1', 'warm', 5_000);
    chats.statements.resetCounts();
    await chats.store.ingestClientMessage(say('m1', 'два'));
    const answer = await chats.store.waitForReplies('rest:k:1', 'm1', 5_000);
    expect(answer).toMatchObject({ done: true, replies: [{ seq: 4, text: 'два', inReplyTo: 'm1' }] });
    expect(chats.statements.counts()).toMatchObject({ 'ingest.client': 1, 'turn.claim': 1, 'turn.commit': 1 });
  });

  it('merges a burst of free text', async () => {
    const handler = new Echo();
    const chats = await actor(handler, { quietMs: 1_000, quietMaxMs: 5_000 });
    chats.runner.start();
    for (const text of ['а', 'б', 'в']) await chats.store.ingestClientMessage(say(text, text));
    await chats.store.waitForReplies('rest:k:1', 'в', 10_000);
    expect(handler.turns.map((turn) => turn.events.length)).toEqual([3]);
  });

  it('does not let a button wait', async () => {
    const chats = await actor(new Echo(), { quietMs: 600_000, quietMaxMs: 600_000 });
    chats.runner.start();
    await chats.store.ingestClientMessage({ chatId: 'rest:k:1', channel: 'rest', id: 'b', button: 'menu.open' });
    expect(await chats.store.waitForReplies('rest:k:1', 'b', 10_000)).toMatchObject({ done: true });
  });

  it('stores a repeated message once, also when both come at the same moment', async () => {
    const chats = await actor(new Echo());
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () => chats.store.ingestClientMessage(say('m', 'раз'))),
    );
    expect(receipts.filter((receipt) => !receipt.duplicate)).toHaveLength(1);
    expect(new Set(receipts.map((receipt) => receipt.seq))).toEqual(new Set([1]));
    await chats.store.ingestClientMessage(say('n', 'два'));
    expect(await texts(chats)).toEqual(['1 client раз', '2 client два']);
  });

  it('is run by one of several runners, in order, without losing or doubling', async () => {
    const first = await actor(new Echo());
    const second = await actor(new Echo());
    first.runner.start();
    second.runner.start();
    for (let i = 0; i < 40; i += 1) {
      await (i % 2 ? first : second).store.ingestClientMessage(say(`m${i}`, `${i}`));
      first.runner.wake('rest:k:1');
      second.runner.wake('rest:k:1');
    }
    await first.store.waitForReplies('rest:k:1', 'm39', 10_000);
    const lines = await first.store.transcript('rest:k:1', 0, 500);
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, index) => index + 1));
    const answered = lines.filter((line) => line.author === 'bot').flatMap((line) => line.text.split('|'));
    expect(answered).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`));
  });

  it('takes a bounded part of a burst of 10,000', async () => {
    const handler = new Echo(() => []);
    const chats = await actor(handler, { maxEventsPerTurn: 100 });
    await chats.store.ingestClientMessage(say('first', 'раз'));
    await database.pool.query(`insert into inbox (chat_id, position, kind, external_id, urgent, body)
      select 'rest:k:1', i, 'client', 'b' || i, false, json_build_object('kind','client','id','b' || i,'at','','text','x')
      from generate_series(2, 10000) i`);
    chats.runner.start();
    chats.runner.wake('rest:k:1');
    await chats.store.waitForReplies('rest:k:1', 'b10000', 20_000);
    const counts = handler.turns.map((turn) => turn.events.length);
    expect(Math.max(...counts)).toBe(100);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  });
});

describe('ownership', () => {
  it('leaks nothing when a manager writes between claim and commit', async () => {
    let release = () => {};
    const handler = new Echo(async (input) => {
      if (handler.turns.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return echo(input);
    });
    const outcomes: string[] = [];
    const chats = await actor(handler, {}, { turn: (event) => outcomes.push(event.outcome) });
    chats.runner.start();
    await chats.store.ingestClientMessage(say('m', 'раз'));
    await expect.poll(() => handler.turns.length).toBe(1);
    await chats.store.ingestManagerMessage({ chatId: 'rest:k:1', id: 'x', text: 'Добрый день', source: 'api' });
    release();
    await chats.store.waitForReplies('rest:k:1', 'm', 5_000);
    expect(await texts(chats)).toEqual(['1 client раз', '2 manager Добрый день']);
    expect(outcomes).toEqual(['epoch-changed', 'committed']);
    expect(handler.turns.at(-1)).toMatchObject({ owner: 'manager', events: [{ kind: 'client' }, { kind: 'manager' }] });
  });

  it('is silent while a manager owns the chat and speaks after its return', async () => {
    const handler = new Echo();
    const chats = await actor(handler);
    chats.runner.start();
    await chats.store.ingestClientMessage(say('m', 'раз'));
    await chats.store.waitForReplies('rest:k:1', 'm', 5_000);
    expect(await chats.store.changeOwner('rest:k:1', 'manager', 'api')).toMatchObject({ changed: true });
    expect(await chats.store.changeOwner('rest:k:1', 'manager', 'api')).toMatchObject({ changed: false });
    await chats.store.ingestClientMessage(say('n', 'два'));
    expect(await chats.store.waitForReplies('rest:k:1', 'n', 5_000)).toEqual({ done: true, replies: [] });
    await chats.store.changeOwner('rest:k:1', 'bot', 'api');
    await expect.poll(() => texts(chats)).toEqual(['1 client раз', '2 bot раз', '3 client два', '4 bot owner']);
  });

  it('gives the chat to the manager with the hand-off and back after a silence', async () => {
    const handler = new Echo((input) =>
      input.events[0]?.kind === 'client'
        ? [
            { type: 'reply', message: { text: 'Зову менеджера' } },
            { type: 'handoff', reason: 'asked', recap: '' },
          ]
        : [],
    );
    const chats = await actor(handler, { managerSilenceMs: 100 });
    chats.runner.start();
    await chats.store.ingestClientMessage(say('m', 'менеджера'));
    await chats.store.waitForReplies('rest:k:1', 'm', 5_000);
    // Every change of owner raises the epoch: to the manager and back.
    const ownership = async () => (await database.pool.query('select owner, epoch from chats')).rows;
    await expect.poll(ownership, { timeout: 10_000 }).toEqual([{ owner: 'bot', epoch: 2 }]);
  });
});

describe('failure', () => {
  it('parks the event that cannot be handled, apologises and goes on', async () => {
    const handler = new Echo((input) => {
      if (input.events.some((event) => event.kind === 'client' && event.text === 'яд')) throw new Error('boom');
      return echo(input);
    });
    const alerts: boolean[] = [];
    const chats = await actor(handler, { maxTurnAttempts: 3 }, { turnFailed: (event) => alerts.push(event.parked) });
    for (const text of ['раз', 'яд', 'два']) await chats.store.ingestClientMessage(say(text, text));
    chats.runner.start();
    chats.runner.wake('rest:k:1');
    await chats.store.waitForReplies('rest:k:1', 'два', 10_000);
    expect((await texts(chats)).slice(3)).toEqual(['4 bot раз', '5 bot Извините, что-то пошло не так', '6 bot два']);
    expect(alerts.at(-1)).toBe(true);
    const [letter] = await chats.deadLetters.list();
    expect(letter).toMatchObject({ source: 'turn', ref: 'client:яд', error: 'Error: boom' });
  });

  it('lets a worker that lost its lease commit nothing', async () => {
    let release = () => {};
    const slow = new Echo(async () => {
      await new Promise<void>((resolve) => (release = resolve));
      return [{ type: 'reply', message: { text: 'поздно' } }];
    });
    const outcomes: string[] = [];
    const stale = await actor(slow, { sweepMs: 60_000 }, { turn: (event) => outcomes.push(event.outcome) });
    stale.runner.start();
    await stale.store.ingestClientMessage(say('m', 'раз'));
    await expect.poll(() => slow.turns.length).toBe(1);
    await database.pool.query(`update chats set lease_until = 'epoch'`);
    const fresh = await actor(new Echo());
    fresh.runner.wake('rest:k:1');
    await fresh.store.waitForReplies('rest:k:1', 'm', 5_000);
    release();
    await expect.poll(() => outcomes).toEqual(['lease-lost']);
    expect(await texts(stale)).toEqual(['1 client раз', '2 bot раз']);
  });

  it('finds what a lost wake-up left behind', async () => {
    const writer = createChats(database.pool, { quietMs: 0 });
    const chats = await actor(new Echo());
    chats.runner.start();
    await writer.store.ingestClientMessage(say('m', 'раз'));
    expect(await writer.store.waitForReplies('rest:k:1', 'm', 5_000)).toMatchObject({ done: true });
  });
});

describe('jobs and timers', () => {
  it('waits for the job a turn started and fires timers once', async () => {
    const handler = new Echo((input) => {
      const event = input.events[0];
      if (event?.kind === 'client') {
        return [
          { type: 'job', name: 'finance', payload: {} },
          { type: 'timer', name: 'remind', afterMs: 20 },
        ];
      }
      return echo(input);
    });
    const chats = await actor(handler);
    chats.outbox.register({
      target: 'job',
      unknownOutcome: 'resend',
      async send(item) {
        await chats.store.ingestJobResult({
          chatId: item.chatId,
          jobId: item.id,
          name: 'finance',
          status: 'completed',
        });
        return {};
      },
    });
    chats.outbox.start();
    chats.runner.start();
    await chats.store.ingestClientMessage(say('m', 'раз'));
    const answer = await chats.store.waitForReplies('rest:k:1', 'm', 5_000);
    expect(answer.done).toBe(true);
    expect(answer.replies.map((reply) => reply.text).join()).toContain('job');
    await expect.poll(async () => (await texts(chats)).join()).toContain('timer');
    expect(
      await chats.store.ingestJobResult({
        chatId: 'rest:k:1',
        jobId: 'rest:k:1:1:0',
        name: 'finance',
        status: 'completed',
      }),
    ).toBe(false);
  });
});
