import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { ChatSettings } from './settings.js';
import type { TurnHandler, TurnInput, TurnRunner } from './turn-runner.js';
import type { Effect } from './types.js';

const CHAT = 'rest:k:1';
const view = { scenario: null, step: null, slots: {} };

let database: TestDatabase;
let runners: TurnRunner[];

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop(1_000)));
  await database.drop();
});

async function actor(
  run: (input: TurnInput) => Effect[] | Promise<Effect[]>,
  settings: Partial<ChatSettings> = {},
): Promise<Chats> {
  const handler: TurnHandler = {
    run: async (input) => ({ effects: await run(input), view }),
    apology: () => ({ text: 'ошибка' }),
  };
  const chats = createChats(database.pool, { quietMs: 0, sweepMs: 30, backoffMs: 1, leaseMs: 2_000, ...settings });
  const runner = await chats.createRunner(handler);
  runners.push(runner);
  runner.start();
  return chats;
}

const lines = async ({ store }: Chats) =>
  (await store.transcript(CHAT, 0, 100)).map(({ author, text }) => `${author}: ${text}`);
const timers = async () =>
  (await database.pool.query<{ name: string }>('select name from timers order by name')).rows.map(({ name }) => name);

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('timed out');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Hands over when asked to, tells a client who waits, goes back when he has had enough. */
function desk({ events }: TurnInput): Effect[] {
  return events.flatMap((event): Effect[] => {
    if (event.kind === 'timer') return [{ type: 'reply', message: { text: event.name }, besideManager: true }];
    if (event.kind !== 'client') return [];
    if (event.text === 'менеджера') return [{ type: 'handoff', reason: 'asked', recap: '' }];
    if (event.text === 'не ждать')
      return [
        { type: 'return', reason: 'enough' },
        { type: 'reply', message: { text: 'снова бот' } },
      ];
    return [{ type: 'reply', message: { text: `ответ: ${event.text}` } }];
  });
}

const say = (chats: Chats, id: string, text: string) =>
  chats.store.ingestClientMessage({ chatId: CHAT, channel: 'rest', id, text });

describe('a client who waits for a manager', () => {
  it('is told when the time is up, from the hand-off on, and may go back to the bot', async () => {
    const chats = await actor(desk, { managerReminderMs: 60_000, clientWaitMs: 40 });
    await say(chats, '1', 'менеджера');
    await until(async () => (await lines(chats)).length === 2);
    expect(await lines(chats)).toEqual(['client: менеджера', 'bot: manager.wait']);
    expect(await timers()).toEqual(['manager.remind']);
    expect((await chats.store.view(CHAT)).owner).toBe('manager');
    await say(chats, '2', 'не ждать');
    await until(async () => (await chats.store.view(CHAT)).owner === 'bot');
    expect((await lines(chats)).at(-1)).toBe('bot: снова бот');
    expect(await timers()).toEqual([]);
    await say(chats, '3', 'офис');
    await until(async () => (await lines(chats)).at(-1) === 'bot: ответ: офис');
  });

  it('begins to wait with the first message nobody answered; an answer ends it', async () => {
    const chats = await actor(desk, { clientWaitMs: 60_000 });
    await say(chats, '1', 'офис');
    await chats.store.waitForReplies(CHAT, '1', 5_000);
    expect(await timers()).toEqual([]);
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'm1', text: 'Здравствуйте', source: 'api' });
    expect(await timers()).toEqual([]);
    await say(chats, '2', 'сколько стоит?');
    const due = async () => (await database.pool.query<{ due_at: Date }>('select due_at from timers')).rows[0]?.due_at;
    const first = await due();
    expect(first).toBeDefined();
    await say(chats, '3', 'ау');
    expect(await due()).toEqual(first);
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'm2', text: 'Миллион', source: 'api' });
    expect(await timers()).toEqual([]);
    await say(chats, '4', 'спасибо');
    expect(await timers()).toEqual(['manager.wait']);
    await chats.store.changeOwner(CHAT, 'bot', 'talk-closed');
    expect(await timers()).toEqual([]);
  });

  it('hears nothing and the chat stays the manager’s when he writes while the turn runs', async () => {
    let release = () => {};
    let runs = 0;
    const chats = await actor(
      async (input) => {
        const isWait = input.events.some(({ kind }) => kind === 'timer');
        if (isWait && ++runs === 1) await new Promise<void>((resolve) => (release = resolve));
        // A handler that does not look at what came with the timer must not leak either.
        return desk(input);
      },
      { clientWaitMs: 30, maxEventsPerTurn: 1 },
    );
    await say(chats, '1', 'менеджера');
    await until(async () => runs === 1);
    await say(chats, '2', 'не ждать');
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'm1', text: 'Я здесь', source: 'api' });
    release();
    await until(async () => (await database.pool.query('select 1 from inbox where done_turn is null')).rowCount === 0);
    expect(await lines(chats)).toEqual(['client: менеджера', 'client: не ждать', 'manager: Я здесь']);
    expect((await chats.store.view(CHAT)).owner).toBe('manager');
  });

  it('never hears of the wait after the manager has written: 150 races', async () => {
    const slowly = async (input: TurnInput) => {
      await new Promise((resolve) => setTimeout(resolve, (input.chatId.length * 7 + input.turn * 13) % 25));
      return desk(input);
    };
    const [first, second] = [await actor(slowly, { clientWaitMs: 60 }), await actor(slowly, { clientWaitMs: 60 })];
    const counts = { told: 0, untold: 0, leaked: 0 };
    await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const chatId = `rest:k:race-${index}`;
        const { store } = index % 2 ? first : second;
        await store.ingestClientMessage({ chatId, channel: 'rest', id: '1', text: 'менеджера' });
        await until(async () => (await store.view(chatId)).owner === 'manager');
        await new Promise((resolve) => setTimeout(resolve, index * 16));
        await store.ingestManagerMessage({ chatId, id: 'm', text: 'Я здесь', source: 'api' });
      }),
    );
    await until(async () => (await database.pool.query('select 1 from inbox where done_turn is null')).rowCount === 0);
    for (let index = 0; index < 150; index += 1) {
      const said = (await first.store.transcript(`rest:k:race-${index}`)).map(({ author }) => author);
      if (said.lastIndexOf('bot') > said.indexOf('manager')) counts.leaked += 1;
      else if (said.includes('bot')) counts.told += 1;
      else counts.untold += 1;
    }
    expect(counts).toMatchObject({ leaked: 0 });
    // Both sides of the race were met, or it proves nothing.
    expect(counts.told).toBeGreaterThan(0);
    expect(counts.untold).toBeGreaterThan(0);
  });

  it('leaves everything else silent while a manager owns the chat', async () => {
    const chats = await actor(({ owner }): Effect[] =>
      owner === 'bot'
        ? []
        : [
            { type: 'reply', message: { text: 'нет' } },
            { type: 'job', name: 'finance-model', payload: {} },
            { type: 'crm', name: 'note', data: { text: 'нет' } },
            { type: 'crm', name: 'owner', data: { owner: 'manager' }, besideManager: true },
          ],
    );
    await say(chats, '1', 'привет');
    await chats.store.waitForReplies(CHAT, '1', 5_000);
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'm', text: 'Добрый день', source: 'api' });
    await until(async () => (await database.pool.query('select 1 from inbox where done_turn is null')).rowCount === 0);
    const { rows } = await database.pool.query<{ body: object }>('select body from outbox order by ord');
    expect(rows.map(({ body }) => body)).toEqual([{ type: 'crm', name: 'owner', data: { owner: 'manager' } }]);
  });
});
