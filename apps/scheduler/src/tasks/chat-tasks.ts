import type pg from 'pg';
import type { ChatStore } from '#libs/chats';
import { FOLLOW_UP_EVENT, NO_FOLLOW_UP_BUTTON } from '#libs/dialog/scheduling';
import { WorkHours } from '#libs/platform';
import type { ScheduledTask } from '../scheduled-task.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Silence after the bot's last word before the first and the second follow-up, ms. */
const FOLLOW_UP_AFTER_MS = [DAY_MS, 3 * DAY_MS] as const;
/** Clients are written to of our own accord between these hours of Moscow only, whenever managers work. */
const FOLLOW_UP_HOURS = new WorkHours({ opens: 10, closes: 20 });
/** Older silences are let be, ms. */
const FOLLOW_UP_UNTIL_MS = 7 * DAY_MS;

/** «нет», «не интересно», «отстаньте»: whoever said so is not written to again. POSIX expression over lower case. */
const REFUSAL =
  '(^|[^а-яё])(нет|не надо|не нужно|не интересно|неинтересно|не пишите|отстань|отстаньте|отпишите|хватит|передумал|передумала|стоп|уже нашли|уже не актуально|неактуально)([^а-яё]|$)';

/** Fires due timers: among them the return of a chat after a manager's silence. Turn runners do so as well; nothing doubles. */
export function fireTimers(chats: ChatStore): ScheduledTask {
  return { id: 'chats.timers', schedule: { everyMs: 5_000 }, run: () => chats.fireDueTimers() };
}

/**
 * Clients who stopped answering the bot are written to at most twice, in work time only and never after a refusal. The
 * chat gets a timer event `follow-up`; what is said, if anything, is the dialog's business.
 */
export function followUp(pool: pg.Pool): ScheduledTask {
  return {
    id: 'chats.follow-up',
    schedule: { everyMs: 10 * 60_000 },
    async run(now) {
      if (!FOLLOW_UP_HOURS.isOpen(now)) return 0;
      const { rowCount } = await pool.query(
        `with silent as (
           select k.id as chat_id, k.turn, said.seq as after_seq, count(f.number)::int + 1 as number, last.at as since
           from chats k
           join lateral (select author, at, delivery from transcript where chat_id = k.id order by seq desc limit 1) last on true
           join lateral (select seq, content, button from transcript
             where chat_id = k.id and author = 'client' order by seq desc limit 1) said on true
           left join follow_ups f on f.chat_id = k.id and f.after_seq = said.seq
           where k.owner = 'bot' and k.scenario is not null and k.scenario <> 'handoff' and last.author = 'bot'
             and last.delivery is null and k.updated_at > $1::timestamptz - $4 * interval '1 ms'
             and last.at > $1::timestamptz - $4 * interval '1 ms'
             and lower(said.content->>'text') !~ $5 and said.button is distinct from $6
             and not exists (select from inbox i where i.chat_id = k.id and i.done_turn is null)
           group by 1, 2, 3, 5
         ), due as (
           select * from silent
           where (number = 1 and since < $1::timestamptz - $2 * interval '1 ms')
              or (number = 2 and since < $1::timestamptz - $3 * interval '1 ms')
           limit 200
         ), marked as (
           insert into follow_ups (chat_id, after_seq, number) select chat_id, after_seq, number from due
           on conflict do nothing returning chat_id, number
         )
         insert into timers (chat_id, name, due_at, data, turn)
         select m.chat_id, $7, $1, json_build_object('number', m.number, 'turn', d.turn), d.turn
         from marked m join due d using (chat_id) on conflict (chat_id, name) do nothing`,
        [
          now,
          FOLLOW_UP_AFTER_MS[0],
          FOLLOW_UP_AFTER_MS[1],
          FOLLOW_UP_UNTIL_MS,
          REFUSAL,
          NO_FOLLOW_UP_BUTTON,
          FOLLOW_UP_EVENT,
        ],
      );
      return rowCount ?? 0;
    },
  };
}

/** Most portions of the retention in one go. */
const RETENTION_PORTIONS = 200;

/**
 * Forgets consumed events and settled effects after `days`, more than any provider repeats a delivery; states of a chat are
 * bounded by the checkpointer itself.
 */
export function retain(chats: ChatStore, days: number): ScheduledTask {
  return {
    id: 'chats.retention',
    schedule: { everyMs: HOUR_MS },
    run: () => inPortions(() => chats.prune(days * DAY_MS)),
  };
}

/** Forgets what was said more than `days` ago. */
export function forgetTranscripts(chats: ChatStore, days: number): ScheduledTask {
  const run = () => inPortions(() => chats.pruneTranscripts(days * DAY_MS));
  return { id: 'chats.transcripts', schedule: { everyMs: HOUR_MS }, run };
}

/** No single statement holds many rows; the rest of a large backlog waits for the next hour. */
async function inPortions(remove: () => Promise<number>): Promise<number> {
  let removed = 0;
  for (let portion = 0; portion < RETENTION_PORTIONS; portion += 1) {
    const gone = await remove();
    removed += gone;
    if (gone === 0) break;
  }
  return removed;
}
