import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createChats } from './chats.js';
import { defaultChatSettings } from './settings.js';
import { Statements } from './statements.js';
import { planTurn } from './turn-plan.js';
import { type Claim, type Commit, TurnStore } from './turn-store.js';

const chatId = 'rest:k:1';
const settings = { ...defaultChatSettings, quietMs: 0, leaseMs: 60_000 };

let database: TestDatabase;
let first: TurnStore;
let second: TurnStore;

const storeOf = (worker: string) => new TurnStore(new Statements(database.pool), settings, worker);

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  first = storeOf('first');
  second = storeOf('second');
  await createChats(database.pool, settings).store.ingestClientMessage({
    chatId,
    channel: 'rest',
    id: 'm1',
    text: 'раз',
  });
});
afterEach(() => database.drop());

async function claim(store: TurnStore): Promise<Claim> {
  const result = await store.claim(chatId);
  if (result.state !== 'claimed') throw new Error(`the chat is ${result.state}`);
  return result.claim;
}

/** What a server that crashed before the claim reached its disk holds afterwards. */
async function forget({ fence }: Claim): Promise<void> {
  await database.pool.query(
    `update chats set fence = fence - 1, lease_until = 'epoch', leased_by = null where id = $1 and fence = $2`,
    [chatId, fence],
  );
}

function commitOf({ channel, turn, events }: Claim, text: string): Commit {
  return {
    plan: planTurn({ chatId, channel, turn, events, effects: [{ type: 'reply', message: { text } }] }, settings),
    saved: { checkpoints: [], writes: [] },
    view: null,
    effects: 1,
    runMs: 0,
  };
}

describe('a claim the server has forgotten in a crash', () => {
  it('does not make its turn commit', async () => {
    const forgotten = await claim(first);
    await forget(forgotten);
    expect(await first.commit(forgotten, commitOf(forgotten, 'первый'))).toEqual({ state: 'lease-lost' });
  });

  it('neither commits, renews, fails nor releases under the same fence given out again', async () => {
    const forgotten = await claim(first);
    await forget(forgotten);
    const again = await claim(second);
    expect(again.fence).toBe(forgotten.fence);

    expect(await first.renew(forgotten)).toBe(false);
    expect(await first.fail(forgotten)).toBeNull();
    expect(await first.commit(forgotten, commitOf(forgotten, 'первый'))).toEqual({ state: 'lease-lost' });
    expect(await first.release(forgotten)).toBe(false);
    expect(await second.renew(again)).toBe(true);
    expect(await second.commit(again, commitOf(again, 'второй'))).toMatchObject({ state: 'committed', more: false });

    const { rows } = await database.pool.query('select author, content from transcript order by seq');
    expect(rows).toEqual([
      { author: 'client', content: { text: 'раз' } },
      { author: 'bot', content: { text: 'второй' } },
    ]);
  });

  it('is the price of not waiting for the disk, which every later statement of the connection does', async () => {
    const client = await database.pool.connect();
    try {
      const store = new TurnStore(new Statements({ query: client.query.bind(client) }), settings, 'third');
      const waits = async () => (await client.query('show synchronous_commit')).rows[0].synchronous_commit;
      await client.query('set synchronous_commit = on');
      await client.query('begin');
      await claim(store);
      expect(await waits()).toBe('off');
      await client.query('commit');
      expect(await waits()).toBe('on');
    } finally {
      client.release(true);
    }
  });
});
