import type pg from 'pg';
import { type CrmInbox, isWorkTime } from '#libs/crm';
import type { ScheduledTask } from '../scheduled-task.js';

const MINUTE_MS = 60_000;
/** Chats compared with amoCRM at one go: at 6.5 requests a second they take less than the time to the next go. */
const RECONCILE_BATCH = 200;
/** A chat with news is compared again this long after the last time, ms. */
const RECONCILE_PAUSE_MS = 10 * MINUTE_MS;
/** How long a client of a manager's chat waits before the manager is reminded, ms. */
const UNANSWERED_MS = 15 * MINUTE_MS;

/** Comparison of active chats with amoCRM: finds hooks that were lost and messages they lost. */
export function reconcileChats(pool: pg.Pool, inbox: CrmInbox): ScheduledTask {
  return {
    id: 'crm.reconcile',
    schedule: { everyMs: 5 * MINUTE_MS },
    async run(now) {
      const { rows } = await pool.query<{ chat_id: string; stamp: string }>(
        `select c.chat_id, extract(epoch from c.reconciled_at)::bigint as stamp
         from crm_chats c join chats k on k.id = c.chat_id
         where c.amojo_chat_id is not null and c.reconciled_at < $1::timestamptz - $2 * interval '1 ms'
           and (k.updated_at > c.reconciled_at or k.owner = 'manager')
         order by c.reconciled_at limit $3`,
        [now, RECONCILE_PAUSE_MS, RECONCILE_BATCH],
      );
      let added = 0;
      for (const { chat_id: chatId, stamp } of rows) {
        const key = `reconcile:${chatId}:${stamp}`;
        const entry = { kind: 'reconcile' as const, key, lane: `reconcile:${chatId}`, body: { chatId } };
        if ((await inbox.add(entry)) !== null) added += 1;
      }
      return added;
    },
  };
}

/** Nobody answers a client whose chat a manager has: the responsible manager gets a task, once per unanswered message. */
export function remindManagers(pool: pg.Pool, inbox: CrmInbox): ScheduledTask {
  return {
    id: 'crm.remind',
    schedule: { everyMs: MINUTE_MS },
    async run(now) {
      if (!isWorkTime(now)) return 0;
      const { rows } = await pool.query<{ chat_id: string; seq: number; minutes: number }>(
        `select k.id as chat_id, t.seq, (extract(epoch from $1::timestamptz - t.at) / 60)::int as minutes
         from chats k join lateral (
           select seq, author, at from transcript where chat_id = k.id order by seq desc limit 1) t on true
         where k.owner = 'manager' and t.author = 'client' and t.at < $1::timestamptz - $2 * interval '1 ms'
         order by t.at limit 200`,
        [now, UNANSWERED_MS],
      );
      let added = 0;
      for (const { chat_id: chatId, seq, minutes } of rows) {
        const body = { chatId, text: `Клиент ждёт ответа в чате уже ${minutes} мин` };
        const entry = { kind: 'reminder' as const, key: `reminder:${chatId}:${seq}`, lane: `task:${chatId}`, body };
        if ((await inbox.add(entry)) !== null) added += 1;
      }
      return added;
    },
  };
}
