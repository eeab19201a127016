import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createChats } from '#libs/chats';
import { CrmInbox } from '#libs/crm';
import { createLogger, ManualClock, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { type ScheduledTask, slotOf } from './scheduled-task.js';
import { Scheduler } from './scheduler.js';
import { followUp, forgetTranscripts } from './tasks/chat-tasks.js';
import { forgetHooks, reconcileChats, summariseDay } from './tasks/crm-tasks.js';

const logger = createLogger({ level: 'silent', app: 'test' });
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'truncate chats, inbox, transcript, outbox, timers, follow_ups, crm_inbox, crm_chats, scheduled_runs',
  );
});

it('cuts time into slots every scheduler agrees on', () => {
  const at = (text: string) => new Date(text);
  expect(slotOf({ everyMs: 60_000 }, at('2026-03-01T10:05:31Z'))).toEqual(at('2026-03-01T10:05:00Z'));
  expect(slotOf({ dailyAtHour: 9 }, at('2026-03-01T06:00:00Z'))).toEqual(at('2026-03-01T06:00:00Z'));
  expect(slotOf({ dailyAtHour: 9 }, at('2026-03-01T05:59:59Z'))).toEqual(at('2026-02-28T06:00:00Z'));
});

describe('several schedulers', () => {
  const counting = (): ScheduledTask & { runs: number } => ({
    id: 'test',
    schedule: { everyMs: 60_000 },
    runs: 0,
    async run() {
      this.runs += 1;
      return 1;
    },
  });

  it('run every slot once', async () => {
    const clock = new ManualClock('2026-03-01T10:00:05Z');
    const task = counting();
    const schedulers = Array.from({ length: 4 }, () => new Scheduler(database.pool, clock, [task], logger));
    for (let minute = 0; minute < 5; minute++) {
      for (let tick = 0; tick < 3; tick++) await Promise.all(schedulers.map((scheduler) => scheduler.tick()));
      clock.advance(60_000);
    }
    expect(task.runs).toBe(5);
  });

  it('do again what died half-way, and a failure stops nobody', async () => {
    const clock = new ManualClock('2026-03-01T10:00:05Z');
    const task: ScheduledTask & { runs: number } = { ...counting(), schedule: { dailyAtHour: 9 } };
    await database.pool.query(`insert into scheduled_runs (task, slot, started_at) values ('test', $1, $2)`, [
      slotOf(task.schedule, clock.date()),
      clock.date(),
    ]);
    const failing: ScheduledTask = {
      id: 'failing',
      schedule: { everyMs: 1_000 },
      run: () => Promise.reject(new Error('no')),
    };
    const scheduler = new Scheduler(database.pool, clock, [failing, task], logger);
    await scheduler.tick();
    expect(task.runs).toBe(0);
    clock.advance(11 * 60_000);
    await scheduler.tick();
    await scheduler.tick();
    expect(task.runs).toBe(1);
  });
});

async function silentChat(chatId: string, clientText: string): Promise<void> {
  await database.pool.query(`insert into chats (id, channel, scenario, last_seq) values ($1, 'rest', 'search', 2)`, [
    chatId,
  ]);
  await database.pool.query(
    `insert into transcript (chat_id, seq, author, content, at) values
       ($1, 1, 'client', json_build_object('text', $2::text), '2026-03-09T08:00:00Z'),
       ($1, 2, 'bot', '{"text":"Какая площадь?"}', '2026-03-09T08:00:01Z')`,
    [chatId, clientText],
  );
}

describe('follow-ups', () => {
  /** 12:00 in Moscow. */
  const NOON = new Date('2026-03-10T09:00:00Z');

  const due = async () =>
    (await database.pool.query<{ chat_id: string }>('select chat_id from timers order by 1')).rows.map(
      ({ chat_id: chatId }) => chatId,
    );

  it('reach a silent client at most twice, by day, never after a refusal or in a manager’s chat', async () => {
    await silentChat('silent', 'Нужен офис');
    await silentChat('refused', 'Спасибо, не надо');
    await silentChat('taken', 'Нужен склад');
    await database.pool.query(`update chats set owner = 'manager' where id = 'taken'`);
    const task = followUp(database.pool);
    expect(await task.run(new Date('2026-03-10T18:30:00Z'))).toBe(0);
    expect(await task.run(NOON)).toBe(1);
    expect(await due()).toEqual(['silent']);
    await database.pool.query('truncate timers');
    expect(await task.run(new Date(NOON.getTime() + 3_600_000))).toBe(0);
    expect(await task.run(new Date('2026-03-12T09:00:00Z'))).toBe(1);
    await database.pool.query('truncate timers');
    expect(await task.run(new Date('2026-03-14T09:00:00Z'))).toBe(0);
  });

  it('names the turn before the silence, and leaves alone who refused by the button or was not reached', async () => {
    await silentChat('silent', 'Нужен офис');
    await silentChat('pressed', '');
    await silentChat('blocked', 'Нужен офис');
    await database.pool.query(`update transcript set button = 'menu.quiet' where chat_id = 'pressed' and seq = 1`);
    await database.pool.query(`update transcript set delivery = 'failed' where chat_id = 'blocked' and seq = 2`);
    await database.pool.query(`update chats set turn = 4 where id = 'silent'`);
    expect(await followUp(database.pool).run(NOON)).toBe(1);
    const { rows } = await database.pool.query('select chat_id, name, data, turn from timers');
    expect(rows).toEqual([{ chat_id: 'silent', name: 'follow-up', data: { number: 1, turn: 4 }, turn: 4 }]);
  });

  it('returns a chat after a manager’s silence', async () => {
    const { store } = createChats(database.pool, { managerSilenceMs: 1 });
    await silentChat('returned', 'Нужен офис');
    await store.ingestManagerMessage({ chatId: 'returned', id: 'm', text: 'Минуту', source: 'api' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.fireDueTimers()).toBe(1);
    expect((await store.view('returned')).owner).toBe('bot');
  });
});

describe('work for the connector', () => {
  const inbox = () => new CrmInbox(database.pool);
  const open = async () =>
    (
      await database.pool.query<{ lane: string }>('select lane from crm_inbox where done_at is null order by id')
    ).rows.map(({ lane }) => lane);

  it('compares every chat with news in its turn, however many there are, a bounded backlog at a time', async () => {
    await database.pool.query(
      `insert into chats (id, channel) select 'c' || lpad(i::text, 3, '0'), 'rest' from generate_series(1, 450) i`,
    );
    await database.pool.query(`insert into crm_chats (chat_id, amojo_chat_id) select id, 'a' || id from chats`);
    await database.pool.query(`update crm_chats set amojo_chat_id = null where chat_id = 'c001'`);
    const now = new Date();
    const task = reconcileChats(database.pool, inbox(), 200);
    const seen: string[] = [];
    for (const expected of [200, 200, 49, 0]) {
      expect(await task.run(now)).toBe(expected);
      // The backlog is full: another run adds nothing, and what waits is not asked for twice.
      expect(await task.run(now)).toBe(0);
      seen.push(...(await open()));
      await database.pool.query(
        `update crm_chats set reconciled_at = now() where 'reconcile:' || chat_id in (select lane from crm_inbox where done_at is null)`,
      );
      await database.pool.query('update crm_inbox set done_at = now()');
    }
    expect(new Set(seen).size).toBe(449);
    expect(seen).toEqual([...seen].sort());
  });

  it('asks for one summary a day, whoever asks and however often', async () => {
    const clock = new ManualClock('2026-03-10T16:00:05Z');
    const schedulers = [1, 2].map(() => new Scheduler(database.pool, clock, [summariseDay(inbox(), 19)], logger));
    for (let tick = 0; tick < 3; tick++) await Promise.all(schedulers.map((scheduler) => scheduler.tick()));
    await database.pool.query(`update scheduled_runs set finished_at = null, started_at = 'epoch'`);
    await Promise.all(schedulers.map((scheduler) => scheduler.tick()));
    const { rows } = await database.pool.query('select kind, body from crm_inbox');
    expect(rows).toEqual([
      { kind: 'summary', body: { from: '2026-03-09T16:00:00.000Z', until: '2026-03-10T16:00:00.000Z' } },
    ]);
  });

  it('forgets hooks that were done or given up, and old transcripts', async () => {
    await database.pool.query(
      `insert into crm_inbox (kind, key, lane, body, done_at, error) values
         ('chat-hook', 'old', 'l', '{}', now() - interval '20 days', null), ('chat-hook', 'dead', 'l', '{}', now() - interval '20 days', 'x'),
         ('chat-hook', 'new', 'l', '{}', now(), null), ('chat-hook', 'open', 'l', '{}', null, null)`,
    );
    expect(await forgetHooks(inbox(), 14).run(new Date())).toBe(2);
    await silentChat('old', 'Нужен офис');
    const { store } = createChats(database.pool);
    expect(await forgetTranscripts(store, 3_650).run(new Date())).toBe(0);
    await database.pool.query(`update transcript set at = now() - interval '40 days'`);
    expect(await forgetTranscripts(store, 30).run(new Date())).toBe(2);
  });
});
