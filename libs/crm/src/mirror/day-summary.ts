import type pg from 'pg';
import type { CrmAccountStore } from './account.js';
import type { LeadEffects } from './lead-effects.js';

/** What happened in the chats of one day. */
export interface DayFigures {
  newChats: number;
  clientMessages: number;
  botMessages: number;
  managerMessages: number;
  handedOver: number;
  returned: number;
  undelivered: number;
  /** Median time from a client's first unanswered message to the manager's answer, minutes; null when nobody answered anybody. */
  answerMinutes: number | null;
}

/** Leads of waiting clients that are named. */
const NAMED = 5;
const MOSCOW = { timeZone: 'Europe/Moscow' } as const;

const FIGURES = `select
    (select count(*) from chats where created_at >= $1 and created_at < $2)::int as "newChats",
    count(*) filter (where author = 'client')::int as "clientMessages",
    count(*) filter (where author = 'bot' and delivery is distinct from 'cancelled')::int as "botMessages",
    count(*) filter (where author = 'manager')::int as "managerMessages",
    count(*) filter (where delivery = 'failed')::int as undelivered,
    (select count(*) from outbox where created_at >= $1 and created_at < $2 and target = 'crm'
      and body->>'type' = 'handoff')::int as "handedOver",
    (select count(*) from outbox where created_at >= $1 and created_at < $2 and target = 'crm'
      and body->>'name' = 'owner' and body->'data'->>'owner' = 'bot')::int as returned,
    (select percentile_cont(0.5) within group (order by extract(epoch from answered - asked)) / 60 from (
      select m.at as answered, (
        select min(c.at) from transcript c where c.chat_id = m.chat_id and c.author = 'client' and c.seq < m.seq and c.seq > coalesce((
          select max(p.seq) from transcript p where p.chat_id = m.chat_id and p.author = 'manager' and p.seq < m.seq), 0)
          and c.at > m.at - interval '1 day') as asked
      from transcript m where m.author = 'manager' and m.at >= $1 and m.at < $2) answers where asked is not null)::float8
      as "answerMinutes"
  from transcript where at >= $1 and at < $2`;

// A client waits when a manager has the chat and has not written since the client's last message.
const WAITING = `select c.lead_id::text as lead from chats k join crm_chats c on c.chat_id = k.id
  join lateral (select max(seq) filter (where author = 'client') as asked, max(seq) filter (where author = 'manager') as answered,
    max(at) filter (where author = 'client') as at from transcript where chat_id = k.id) t on true
  where k.owner = 'manager' and c.lead_id is not null and t.asked > coalesce(t.answered, 0) order by t.at`;

const NEWEST_LEAD = `select lead_id::text as lead from crm_chats c join chats k on k.id = c.chat_id
  where lead_id is not null order by k.updated_at desc limit 1`;

/**
 * Tells every manager of the account once a day what happened in the chats and who still waits, as a task: a note has no reader of
 * its own and the Chats API reaches clients' chats only. The task hangs on the lead that waits longest, or on the newest one.
 */
export class DaySummary {
  constructor(
    private readonly pool: pg.Pool,
    private readonly accounts: CrmAccountStore,
    private readonly effects: LeadEffects,
    /** `https://{subdomain}.amocrm.ru`: where leads are shown. */
    private readonly baseUrl: string,
  ) {}

  /** Returns how many managers have the summary, none of a day without a word; safe to repeat. Throws what the clients throw. */
  async tell(from: Date, until: Date): Promise<number> {
    const account = await this.accounts.load();
    const waiting = (await this.pool.query<{ lead: string }>(WAITING)).rows.map(({ lead }) => Number(lead));
    const leadId = waiting[0] ?? Number((await this.pool.query<{ lead: string }>(NEWEST_LEAD)).rows[0]?.lead ?? 0);
    if (!account || leadId === 0) return 0;
    const { rows } = await this.pool.query<DayFigures>(FIGURES, [from, until]);
    const figures = rows[0] as DayFigures;
    const isQuiet = figures.newChats + figures.clientMessages + figures.managerMessages === 0;
    if (isQuiet && waiting.length === 0) return 0;
    const text = summaryText(
      until,
      figures,
      waiting.slice(0, NAMED).map((id) => `${this.baseUrl}/leads/detail/${id}`),
      waiting.length,
    );
    for (const { id } of account.users) await this.effects.task(leadId, text, id);
    return account.users.length;
  }
}

/** The summary as managers read it. */
export function summaryText(until: Date, figures: DayFigures, links: readonly string[], waiting: number): string {
  const day = until.toLocaleDateString('ru-RU', MOSCOW);
  const time = until.toLocaleTimeString('ru-RU', { ...MOSCOW, hour: '2-digit', minute: '2-digit' });
  const { answerMinutes } = figures;
  const pace =
    answerMinutes === null ? [] : [`Ответ менеджера: обычно за ${Math.max(1, Math.round(answerMinutes))} мин`];
  return [
    `Итоги дня WeWall AI на ${day} ${time}`,
    `Новых чатов: ${figures.newChats}`,
    `Сообщений: клиенты — ${figures.clientMessages}, бот — ${figures.botMessages}, менеджеры — ${figures.managerMessages}`,
    `Передано менеджерам: ${figures.handedOver}, вернулось к боту: ${figures.returned}`,
    ...pace,
    ...(figures.undelivered > 0 ? [`Не доставлено: ${figures.undelivered}`] : []),
    waiting === 0 ? 'Никто не ждёт ответа' : `Ждут ответа: ${waiting}`,
    ...links,
  ].join('\n');
}
