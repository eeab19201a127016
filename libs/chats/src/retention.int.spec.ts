import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createChats } from './chats.js';

const HOUR = 3_600_000;
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
});
afterEach(() => database.drop());

const count = async (table: string) =>
  (await database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n;

describe('retention', () => {
  it('forgets what is old and done, and keeps what is unread, unsent, young or the state of a chat', async () => {
    const { store } = createChats(database.pool);
    for (const chatId of ['rest:k:old', 'rest:k:young']) {
      await store.ingestClientMessage({ chatId, channel: 'rest', id: 'done', text: 'x' });
      await store.ingestClientMessage({ chatId, channel: 'rest', id: 'unread', text: 'x' });
    }
    await database.pool.query(`
      update inbox set done_turn = 1 where external_id = 'done';
      insert into checkpoints (thread_id, ns, id, checkpoint, metadata)
        select c.id, '', 'c' || i, '{}', '{}' from chats c, generate_series(1, 3) i;
      insert into turns (chat_id, turn, fence, worker, owner, events, effects, outcome, run_ms)
        select id, 1, 1, 'w', 'bot', 1, 1, 'committed', 1 from chats;
      insert into outbox (id, chat_id, target, ord, author, epoch, body, state, settled_at)
        select id || s, id, 't', 1, 'bot', 0, '{}', s, now() from chats, unnest(array['sent', 'pending']) s;
      update chats set updated_at = now() - interval '2 hours' where id = 'rest:k:old';
      update inbox set received_at = now() - interval '2 hours' where chat_id = 'rest:k:old';
      update turns set committed_at = now() - interval '2 hours' where chat_id = 'rest:k:old';
      update transcript set at = now() - interval '2 hours' where chat_id = 'rest:k:old' and seq = 1;
      update outbox set created_at = now() - interval '2 hours', settled_at = settled_at - interval '2 hours'
        where chat_id = 'rest:k:old'`);
    // One consumed event, one sent effect, one turn, two checkpoints that are not the newest.
    expect(await store.prune(HOUR)).toBe(5);
    expect(await store.prune(HOUR)).toBe(0);
    const { rows } = await database.pool.query(`select chat_id, external_id from inbox order by chat_id, external_id`);
    expect(rows).toEqual([
      { chat_id: 'rest:k:old', external_id: 'unread' },
      { chat_id: 'rest:k:young', external_id: 'done' },
      { chat_id: 'rest:k:young', external_id: 'unread' },
    ]);
    const kept = await database.pool.query(`select id from checkpoints where thread_id = 'rest:k:old'`);
    expect(kept.rows).toEqual([{ id: 'c3' }]);
    expect([await count('checkpoints'), await count('outbox'), await count('turns')]).toEqual([4, 3, 1]);
    expect(await store.pruneTranscripts(HOUR)).toBe(1);
    expect((await store.transcript('rest:k:old')).map(({ seq }) => seq)).toEqual([2]);
    expect(await store.transcript('rest:k:young')).toHaveLength(2);
  });

  it('takes a bounded part at a time', async () => {
    await database.pool.query(`insert into inbox (chat_id, position, kind, external_id, urgent, body, done_turn, received_at)
      select 'c', i, 'client', i, false, '{}', 1, now() - interval '2 hours' from generate_series(1, 25) i`);
    const { store } = createChats(database.pool);
    expect([await store.prune(HOUR, 10), await store.prune(HOUR, 10), await store.prune(HOUR, 10)]).toEqual([
      10, 10, 5,
    ]);
  });
});

describe('npm run dead-letters', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const cli = (...words: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url };
      const run = ['ci/run.mjs', 'libs/chats/src/cli/dead-letters', ...words];
      execFile(process.execPath, run, { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), out: stdout + stderr }),
      );
    });

  it('lists what was given up and puts it back, once', async () => {
    const chats = createChats(database.pool, { quietMs: 0, maxTurnAttempts: 1 });
    let isBroken = true;
    const runner = await chats.createRunner({
      async run() {
        if (isBroken) throw new Error('boom');
        return {
          effects: [{ type: 'reply', message: { text: 'готово' } }],
          view: { scenario: null, step: null, slots: {} },
        };
      },
      apology: () => ({ text: 'сбой' }),
    });
    runner.start();
    await chats.store.ingestClientMessage({ chatId: 'rest:k:1', channel: 'rest', id: 'm', text: 'секрет' });
    await expect.poll(async () => (await chats.deadLetters.list()).length).toBe(1);
    isBroken = false;
    const listed = await cli('list');
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('client:m\t1 attempts\tError: boom') });
    expect(listed.out).not.toContain('секрет');
    expect(await cli('replay', '1')).toMatchObject({ code: 0, out: expect.stringContaining('1: put back') });
    await expect
      .poll(async () => (await chats.store.transcript('rest:k:1')).map(({ text }) => text), { timeout: 5_000 })
      .toEqual(['секрет', 'сбой', 'готово']);
    expect(await cli('replay', '1')).toMatchObject({ code: 1, out: expect.stringContaining('no open dead letter') });
    expect(await cli('list')).toMatchObject({ code: 0, out: expect.stringContaining('there are none') });
    expect(await cli('replay', '1; drop table chats')).toMatchObject({ code: 2 });
    await runner.stop();
  });
});
