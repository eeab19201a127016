import type { Statement, Statements } from './statements.js';

// The last lines of the chats used last, once more on their way to the CRM, then what its lead should show. Rows of earlier
// occasions have other ids, so nothing is taken for done.
const REPLAY: Statement = {
  name: 'mirror.replay',
  // $1 occasion, $2 chats, $3 lines of each
  text: `with recent as (
      select id from chats order by updated_at desc limit $2
    ), lines as (
      select r.id, t.seq, t.author, t.content, t.button, row_number() over (partition by r.id order by t.seq) as n
      from recent r join lateral (
        select seq, author, content, button from transcript
        where chat_id = r.id and delivery is distinct from 'cancelled' order by seq desc limit $3) t on true
    ), totals as (
      select id, count(*) as n from lines group by id
    ), moved as (
      update chats c set outbox_seq = c.outbox_seq + t.n + 3 from totals t where c.id = t.id
      returning c.id, c.outbox_seq - 3 as last, t.n, c.epoch, c.owner, c.slots
    ), said as (
      insert into outbox (id, chat_id, target, ord, seq, author, epoch, body, state)
      select m.id || ':again:' || $1 || ':' || l.seq || ':crm', m.id, 'crm', m.last - m.n + l.n, l.seq, l.author, m.epoch,
        jsonb_strip_nulls(jsonb_build_object('type', 'message', 'author', l.author, 'seq', l.seq,
          'message', l.content::jsonb, 'button', l.button))::json, 'pending'
      from lines l join moved m using (id)
    ), shown as (
      insert into outbox (id, chat_id, target, ord, author, epoch, body, state)
      select m.id || ':again:' || $1 || ':' || x.name || ':crm', m.id, 'crm', m.last + x.place, 'system', m.epoch,
        json_build_object('type', 'crm', 'name', x.name, 'data', x.data), 'pending'
      from moved m, lateral (values
        (1, 'slots', json_build_object('slots', m.slots), true),
        (2, 'owner', json_build_object('owner', m.owner), true),
        (3, 'stage', json_build_object('stage', 'manager'), m.owner = 'manager')) x (place, name, data, wanted)
      where x.wanted
    )
    select coalesce(sum(n), 0)::int as lines from moved`,
};

/** Puts what was said back on its way to a CRM that has lost everything, as the demo account does with every start. */
export class MirrorReplay {
  constructor(private readonly statements: Statements) {}

  /** Returns how many lines are on their way. `occasion` names this time: repeating one fails. */
  async replay(options: { occasion: string; chats: number; lines: number }): Promise<number> {
    const [row] = await this.statements.run<{ lines: number }>(REPLAY, [
      options.occasion,
      options.chats,
      options.lines,
    ]);
    return row?.lines ?? 0;
  }
}
