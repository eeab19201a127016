import type pg from 'pg';
import type { CrmInbox } from '#libs/crm';
import { type ScheduledTask, slotOf } from '../scheduled-task.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Chats that wait to be compared at most: at 5 requests a second some ten minutes of work. */
const RECONCILE_BACKLOG = 1_000;
/** A chat with news is compared again this long after the last time, ms. */
const RECONCILE_PAUSE_MS = 10 * MINUTE_MS;

/**
 * Comparison of chats with amoCRM: finds hooks that were lost and messages they lost. Every chat with news since its last
 * comparison comes in its turn, the longest unseen first; a run fills the backlog up and the next one goes on from there.
 */
export function reconcileChats(pool: pg.Pool, inbox: CrmInbox, backlog = RECONCILE_BACKLOG): ScheduledTask {
  return {
    id: 'crm.reconcile',
    schedule: { everyMs: 5 * MINUTE_MS },
    async run(now) {
      const { rows } = await pool.query<{ chat_id: string; stamp: string }>(
        `with waiting as (select lane from crm_inbox where kind = 'reconcile' and done_at is null)
         select c.chat_id, (extract(epoch from c.reconciled_at) * 1000)::bigint as stamp
         from crm_chats c join chats k on k.id = c.chat_id
         where c.amojo_chat_id is not null and c.reconciled_at < $1::timestamptz - $2 * interval '1 ms'
           and (k.updated_at > c.reconciled_at or k.owner = 'manager')
           and 'reconcile:' || c.chat_id not in (select lane from waiting)
         order by c.reconciled_at, c.chat_id limit greatest(0, $3 - (select count(*) from waiting))`,
        [now, RECONCILE_PAUSE_MS, backlog],
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

/** Managers are told once a day what happened in the chats; the connector counts and tells. */
export function summariseDay(inbox: CrmInbox, hour: number): ScheduledTask {
  return {
    id: 'crm.summary',
    schedule: { dailyAtHour: hour },
    async run(now) {
      const until = slotOf({ dailyAtHour: hour }, now);
      const body = { from: new Date(until.getTime() - DAY_MS).toISOString(), until: until.toISOString() };
      const key = `summary:${body.until}`;
      return (await inbox.add({ kind: 'summary', key, lane: 'summary', body })) === null ? 0 : 1;
    },
  };
}

/** Hooks as they came carry what clients wrote: they are forgotten as soon as they have done their work and could not be replayed. */
export function forgetHooks(inbox: CrmInbox, days: number): ScheduledTask {
  return { id: 'crm.retention', schedule: { everyMs: 60 * MINUTE_MS }, run: () => inbox.prune(days * DAY_MS) };
}
