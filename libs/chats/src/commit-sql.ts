import type { Statement } from './statements.js';

// $1 chat, $2 fence, $3 epoch, $4 positions; $5 transcript rows, $6 outbox rows, $7 and $8 how many, $9 new owner or null; $10 whether
// there is a view, $11 scenario, $12 step, $13 slots; $14 checkpoint id, $15 its parent, $16 checkpoint, $17 metadata, $18 keep;
// turn record: $19 worker, $20 owner, $21 events, $22 effects, $23 outcome, $24 run_ms; only in the rare one: $25 the rest.
// What the statement would otherwise dig out of a JSON text is a parameter of its own: each `->` parses the whole text again.
const commitStatement = (name: string, rare: string): Statement => ({
  name,
  text: `with u as (
      update chats set lease_until = 'epoch', leased_by = null, attempts = 0, retry_at = 'epoch', turn = turn + 1,
        last_seq = last_seq + $7::int,
        outbox_seq = outbox_seq + $8::int,
        owner = coalesce($9::text, owner),
        epoch = epoch + ($9::text is not null)::int,
        scenario = case when $10::bool then $11::text else scenario end,
        step = case when $10::bool then $12::text else step end,
        slots = case when $10::bool then $13::json else slots end,
        updated_at = now()
      where id = $1 and fence = $2 and leased_by = $19::text and epoch = $3
      returning turn, epoch, last_seq - $7::int as seq0, outbox_seq - $8::int as ord0
    ), d as (
      update inbox set done_turn = u.turn from u where chat_id = $1 and position = any($4::bigint[]) and done_turn is null
      returning kind, received_at
    ), tr as (
      insert into transcript (chat_id, seq, author, content, in_reply_to, turn)
      select $1, u.seq0 + x."offset", 'bot', x.content, x."inReplyTo", u.turn
      from u, json_to_recordset($5::json) x ("offset" int, content json, "inReplyTo" text)
    ), ob as (
      insert into outbox (id, chat_id, target, ord, turn, seq, author, epoch, body, state)
      select x.id, $1, x.target, u.ord0 + x."offset", u.turn, u.seq0 + x."seqOffset", x.author, u.epoch, x.body, x.state
      from u, json_to_recordset($6::json)
        x (id text, target text, "offset" int, "seqOffset" int, author text, body json, state text)
    ), cp as (
      insert into checkpoints (thread_id, ns, id, parent_id, checkpoint, metadata)
      select $1, '', $14::text, $15::text, $16::text, $17::jsonb from u where $14::text is not null
    ), old as (
      delete from checkpoints k using u where $14::text is not null and k.thread_id = $1 and k.ns = '' and k.id <= (
        select id from checkpoints where thread_id = $1 and ns = '' order by id desc offset $18::int - 1 limit 1)
    ), rec as (
      insert into turns (chat_id, turn, fence, worker, owner, events, effects, outcome, run_ms)
      select $1, u.turn, $2, $19::text, $20::text, $21::int, $22::int, $23::text, $24::int from u
    ${rare})
    select exists(select 1 from inbox where chat_id = $1 and done_turn is null and position <> all($4::bigint[])) as more,
      (select extract(epoch from clock_timestamp() - max(received_at))::float8 from d where kind = 'client') as waited from u`,
});

/** A turn without timers, pending writes, nested checkpoints and dead letters: what nearly all turns are. */
export const COMMIT = commitStatement('turn.commit', '');

/** Any turn. */
export const COMMIT_RARE = commitStatement(
  'turn.commitRare',
  `), ti as (
      insert into timers (chat_id, name, due_at, data, turn)
      select $1, x.name, now() + x."afterMs" * interval '1 ms', x.data, u.turn
      from u, json_to_recordset($25::json->'timers') x (name text, "afterMs" float8, data json)
      on conflict (chat_id, name) do update set due_at = excluded.due_at, data = excluded.data, turn = excluded.turn
    ), tc as (
      delete from timers t using u where t.chat_id = $1
        and t.name in (select json_array_elements_text($25::json->'cancelTimers'))
    ), ne as (
      insert into checkpoints (thread_id, ns, id, parent_id, checkpoint, metadata)
      select $1, x.ns, x.id, x."parentId", x.checkpoint, x.metadata::jsonb
      from u, json_to_recordset($25::json->'nested') x (ns text, id text, "parentId" text, checkpoint text, metadata text)
    ), wr as (
      insert into checkpoint_writes (thread_id, ns, checkpoint_id, task_id, idx, channel, value)
      select $1, x.ns, x."checkpointId", x."taskId", x.idx, x.channel, x.value
      from u, json_to_recordset($25::json->'writes')
        x (ns text, "checkpointId" text, "taskId" text, idx int, channel text, value text)
    ), dl as (
      insert into dead_letters (chat_id, source, ref, error, attempts)
      select $1, 'turn', i.kind || ':' || i.external_id, $25::json->>'error', ($25::json->>'attempts')::int
      from u, inbox i where $23::text = 'parked' and i.chat_id = $1 and i.position = any($4::bigint[])
    `,
);
