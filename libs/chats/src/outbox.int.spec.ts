import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Chats, createChats } from './chats.js';
import type { OutboxItem } from './outbox-item.js';
import type { Reconciliation, TargetSender } from './outbox-sender.js';
import { OutboxStore } from './outbox-store.js';
import { SendRefusedError, SendRetryAfterError, SendUnavailableError, SendUnknownError } from './send-errors.js';
import type { ChatSettings } from './settings.js';
import { Statements } from './statements.js';

const CHAT = 'telegram:1';

class Peer implements TargetSender {
  readonly target: string = 'telegram';
  unknownOutcome: 'resend' | 'park' = 'park';
  readonly timeoutMs = 200;
  readonly sent: string[] = [];
  readonly attempts: string[] = [];
  inFlight = 0;
  mostInFlight = 0;
  constructor(private readonly behave: (item: OutboxItem, attempt: number) => void | Promise<void> = () => {}) {}
  async send(item: OutboxItem) {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const text = item.body.type === 'message' ? item.body.message.text : item.body.type;
    this.attempts.push(text);
    try {
      await this.behave(item, this.attempts.length);
      this.sent.push(text);
      return { providerId: `p-${text}` };
    } finally {
      this.inFlight -= 1;
    }
  }
}

class LookupPeer extends Peer {
  lookups = 0;
  answer: Reconciliation = { state: 'absent' };
  async reconcile(): Promise<Reconciliation> {
    this.lookups += 1;
    return this.answer;
  }
}

let database: TestDatabase;
let wired: Chats[];

function open(settings: Partial<ChatSettings> = {}) {
  const chats = createChats(database.pool, { quietMs: 0, sweepMs: 30, backoffMs: 5, sendLeaseMs: 1_000, ...settings });
  wired.push(chats);
  return chats;
}

/** Commits one turn with these replies, without a runner's life cycle around it. */
async function reply(chats: Chats, ...texts: string[]) {
  const id = `m${texts.join()}`;
  const runner = await chats.createRunner({
    run: async () => ({
      effects: texts.map((text) => ({ type: 'reply', message: { text } })),
      view: { scenario: null, step: null, slots: {} },
    }),
    apology: () => ({ text: '' }),
  });
  await chats.store.ingestClientMessage({ chatId: CHAT, channel: 'telegram', id, text: 'x', address: { chat: 7 } });
  runner.wake(CHAT);
  await chats.store.waitForReplies(CHAT, id, 5_000);
  await runner.stop();
}

const states = async () =>
  (await database.pool.query<{ state: string }>('select state from outbox order by ord')).rows.map((row) => row.state);

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  wired = [];
});
afterEach(async () => {
  await Promise.all(wired.map((chats) => chats.outbox.stop(500)));
  await database.drop();
});

describe('a lane', () => {
  it('is sent in order, one at a time, by any number of processes', async () => {
    const peers = [new Peer(() => new Promise((resolve) => setTimeout(resolve, 5))), new Peer()];
    const all: string[] = [];
    const first = open();
    const second = open();
    await reply(first, ...Array.from({ length: 12 }, (_, i) => `${i}`));
    for (const [index, chats] of [first, second].entries()) {
      const peer = peers[index]!;
      chats.outbox.register({
        ...peer,
        target: 'telegram',
        unknownOutcome: 'park',
        timeoutMs: 200,
        send: async (item) => {
          const result = await peer.send(item);
          all.push(item.body.type === 'message' ? item.body.message.text : '');
          return result;
        },
      });
      chats.outbox.start();
      chats.outbox.wake(CHAT, 'telegram');
    }
    await expect.poll(() => all.length).toBe(12);
    expect(all).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
    await expect.poll(states).toEqual(new Array(12).fill('sent'));
  });

  it('waits when asked to and does not count it as an attempt', async () => {
    const chats = open({ maxSendAttempts: 2 });
    const peer = new Peer((_, attempt) => {
      if (attempt <= 4) throw new SendRetryAfterError(10);
    });
    await reply(chats, 'а', 'б');
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(() => peer.sent).toEqual(['а', 'б']);
    expect(peer.attempts).toEqual(['а', 'а', 'а', 'а', 'а', 'б']);
  });

  it('holds the order while the peer is away and goes on with the head', async () => {
    const chats = open();
    const peer = new Peer((_, attempt) => {
      if (attempt < 3) throw new SendUnavailableError('connection refused');
    });
    await reply(chats, 'а', 'б');
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(() => peer.sent).toEqual(['а', 'б']);
    expect(peer.attempts).toEqual(['а', 'а', 'а', 'б']);
  });
});

describe('what cannot be delivered', () => {
  it('becomes a dead letter when refused, marks the transcript, lets the lane go on and can be replayed', async () => {
    const chats = open();
    let blocked = true;
    const peer = new Peer((item) => {
      if (blocked && item.body.type === 'message' && item.body.message.text === 'а') {
        throw new SendRefusedError('blocked', 'the client blocked the bot');
      }
    });
    await reply(chats, 'а', 'б');
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(() => peer.sent).toEqual(['б']);
    const [letter] = await chats.deadLetters.list();
    expect(letter).toMatchObject({ source: 'outbox', target: 'telegram', error: 'refused: blocked' });
    expect((await chats.store.transcript(CHAT)).find((line) => line.text === 'а')?.delivery).toBe('failed');
    blocked = false;
    expect(await chats.deadLetters.replay(letter!.id)).toBe(true);
    expect(await chats.deadLetters.replay(letter!.id)).toBe(false);
    await expect.poll(() => peer.sent).toEqual(['б', 'а']);
    expect(await chats.deadLetters.list()).toEqual([]);
  });

  it('is not said again when nobody knows whether it was said and the peer cannot tell', async () => {
    const chats = open();
    const peer = new Peer(() => {
      throw new SendUnknownError('timeout');
    });
    await reply(chats, 'а');
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(states).toEqual(['dead']);
    expect(peer.attempts).toEqual(['а']);
  });

  it('is looked up after an unknown outcome: sent ones are not repeated, absent ones are', async () => {
    const chats = open();
    const peer = new LookupPeer((_, attempt) => {
      if (attempt === 1) throw new SendUnknownError('timeout');
    });
    await reply(chats, 'а');
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(states).toEqual(['sent']);
    expect([peer.attempts.length, peer.lookups]).toEqual([2, 1]);

    peer.answer = { state: 'sent', providerId: 'known' };
    await database.pool.query(`update outbox set state = 'pending', in_flight = true, leased_until = 'epoch'`);
    await expect.poll(states).toEqual(['sent']);
    expect([peer.attempts.length, peer.lookups]).toEqual([2, 2]);
    const { rows } = await database.pool.query('select provider_id from outbox');
    expect(rows).toEqual([{ provider_id: 'known' }]);
  });
});

describe('looking for what is due', () => {
  it('finds every lane of the wanted targets whose head is due and free, the longest waiting first', async () => {
    const store = new OutboxStore(new Statements(database.pool), 1_000);
    await database.pool.query(
      `insert into outbox (id, chat_id, target, ord, author, epoch, body, state, next_at, leased_until)
       select chat || target || ord, chat, target, ord, 'system', 0, '{}', state, now() + due * interval '1 s',
         now() + lease * interval '1 s'
       from (values
         ('a', 'crm', 1, 'sent', -9, -9), ('a', 'crm', 2, 'pending', -1, -9), ('a', 'crm', 3, 'pending', -9, -9),
         ('b', 'crm', 1, 'pending', -3, -9), ('b', 'job', 2, 'pending', -2, -9),
         ('c', 'crm', 1, 'pending', 60, -9), ('c', 'crm', 2, 'pending', -9, -9),
         ('d', 'crm', 1, 'pending', -9, 60), ('e', 'telegram', 1, 'pending', -9, -9)
       ) x (chat, target, ord, state, due, lease)`,
    );
    const due = async (targets: string[], limit = 10) =>
      (await store.due(targets, limit)).map(({ chatId, target }) => `${chatId} ${target}`);
    expect(await due(['crm'])).toEqual(['b crm', 'a crm']);
    expect(await due(['crm', 'job'])).toEqual(['b crm', 'b job', 'a crm']);
    expect(await due(['crm', 'job'], 1)).toEqual(['b crm']);
    expect(await due(['label'])).toEqual([]);
    expect(await due([])).toEqual([]);
  });
});

it('tells by target how long something has waited, but for the CRM', async () => {
  const { store } = open();
  expect(await store.lag()).toEqual({ inboxLagSeconds: 0, outboxLagSeconds: {}, deadLetters: 0 });
  await database.pool.query(
    `insert into outbox (id, chat_id, target, ord, author, epoch, body, state, created_at)
     select target || minutes, 'c', target, minutes, 'system', 0, '{}', state, now() - minutes * interval '1 min'
     from (values ('job', 'pending', 1), ('job', 'pending', 2), ('job', 'sent', 9), ('telegram', 'pending', 3), ('crm', 'pending', 60))
       x (target, state, minutes)`,
  );
  const { outboxLagSeconds } = await store.lag();
  expect(Object.keys(outboxLagSeconds).sort()).toEqual(['job', 'telegram']);
  expect(Math.floor((outboxLagSeconds.job ?? 0) / 60)).toBe(2);
  expect(Math.floor((outboxLagSeconds.telegram ?? 0) / 60)).toBe(3);
});

describe('a takeover', () => {
  it('cancels what the bot still had to say and lets the manager through', async () => {
    const chats = open();
    const peer = new Peer();
    await reply(chats, 'а', 'б');
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'x', text: 'Добрый день', source: 'crm' });
    chats.outbox.register(peer);
    chats.outbox.start();
    await expect.poll(states).toEqual(['cancelled', 'cancelled', 'sent']);
    expect(peer.sent).toEqual(['Добрый день']);
    const bot = (await chats.store.transcript(CHAT)).filter((line) => line.author === 'bot');
    expect(bot.map((line) => line.delivery)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('the CRM', () => {
  it('gets a copy of what everyone says, but not of what came from it', async () => {
    const chats = open({ crm: true });
    await reply(chats, 'а');
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'x', text: 'из CRM', source: 'crm' });
    await chats.store.ingestManagerMessage({ chatId: CHAT, id: 'y', text: 'из консоли', source: 'api' });
    const { rows } = await database.pool.query(`select author, seq from outbox where target = 'crm' order by ord`);
    expect(rows).toEqual([
      { author: 'client', seq: 1 },
      { author: 'bot', seq: 2 },
      { author: 'manager', seq: 4 },
    ]);
  });
});
