import type { Statement } from './statements.js';

// Every statement here first advances the counters of the chat's row and so holds its lock to the end: positions and
// seqs become visible in the order in which they were given. A duplicate is seen in the snapshot and touches nothing;
// two equal messages at the same moment meet at the primary key of the inbox, the second statement fails as a whole
// (no gap in seq) and is asked again, when it finds the duplicate.

export const INGEST_CLIENT: Statement = {
  name: 'ingest.client',
  // $1 chat, $2 id, $3 channel, $4 address, $5 urgent, $6 event, $7 content, $8 button, $9 mirror body or null, $10 and $11 timers of a
  // client who waits for a manager: names and ms; the wait counts from the first message nobody answered
  text: `with dup as (
      select seq from inbox where chat_id = $1 and kind = 'client' and external_id = $2
    ), chat as (
      insert into chats as c (id, channel, address, inbox_seq, last_seq, outbox_seq)
      select $1, $3, coalesce($4::jsonb, '{}'), 1, 1, ($9::json is not null)::int where not exists (select from dup)
      on conflict (id) do update set inbox_seq = c.inbox_seq + 1, last_seq = c.last_seq + 1,
        outbox_seq = c.outbox_seq + excluded.outbox_seq, address = coalesce($4::jsonb, c.address), updated_at = now()
      returning inbox_seq, last_seq, outbox_seq, epoch, owner, turn
    ), line as (
      insert into transcript (chat_id, seq, author, content, button)
      select $1, last_seq, 'client', $7::json, $8 from chat
    ), box as (
      insert into inbox (chat_id, position, kind, external_id, urgent, body, seq)
      select $1, inbox_seq, 'client', $2, $5, $6::json, last_seq from chat
    ), mirror as (
      insert into outbox (id, chat_id, target, ord, seq, author, epoch, body, state)
      select $1 || ':in:' || inbox_seq || ':crm', $1, 'crm', outbox_seq, last_seq, 'client', epoch, $9::json, 'pending'
      from chat where $9::json is not null
    ), waits as (
      insert into timers (chat_id, name, due_at, turn)
      select $1, x.name, now() + x.ms * interval '1 ms', turn
      from chat, unnest($10::text[], $11::float8[]) x (name, ms) where owner = 'manager'
      on conflict (chat_id, name) do nothing
    )
    select last_seq as seq, false as duplicate from chat union all select seq, true from dup`,
};

export const INGEST_MANAGER: Statement = {
  name: 'ingest.manager',
  // $1 chat, $2 id, $3 event, $4 content, $5 outbox body, $6 pull channels, $7 mirror to CRM, $8 silence ms, $9 timer, $10 timers he stops
  text: `with dup as (
      select seq from inbox where chat_id = $1 and kind = 'manager' and external_id = $2
    ), chat as (
      update chats set owner = 'manager', epoch = epoch + 1, inbox_seq = inbox_seq + 1, last_seq = last_seq + 1,
        outbox_seq = outbox_seq + 2, updated_at = now()
      where id = $1 and not exists (select from dup)
      returning channel, epoch, turn, inbox_seq, last_seq, outbox_seq
    ), said as (
      delete from chat_typing where chat_id = $1 and author = 'manager' and exists (select from chat)
    ), line as (
      insert into transcript (chat_id, seq, author, content) select $1, last_seq, 'manager', $4::json from chat
    ), box as (
      insert into inbox (chat_id, position, kind, external_id, urgent, body, seq)
      select $1, inbox_seq, 'manager', $2, true, $3::json, last_seq from chat
    ), ob as (
      insert into outbox (id, chat_id, target, ord, seq, author, epoch, body, state)
      select $1 || ':in:' || inbox_seq || ':' || x.target, $1, x.target, x.ord, last_seq, 'manager', epoch, $5::json, 'pending'
      from chat, lateral (values (channel, outbox_seq - 1, channel <> all($6::text[])), ('crm', outbox_seq, $7::bool)) x (target, ord, wanted)
      where x.wanted
    ), silence as (
      insert into timers (chat_id, name, due_at, turn)
      select $1, $9::text, now() + $8::float8 * interval '1 ms', turn from chat where $8::float8 > 0
      on conflict (chat_id, name) do update set due_at = excluded.due_at, turn = excluded.turn
    ), answered as (
      delete from timers using chat where timers.chat_id = $1 and timers.name = any($10::text[])
    )
    select last_seq as seq, false as duplicate, channel from chat union all select seq, true, null from dup`,
};

/** Events without a line in the transcript: job results and the like. */
export const INGEST_EVENT: Statement = {
  name: 'ingest.event',
  // $1 chat, $2 kind, $3 id, $4 event
  text: `with chat as (
      update chats set inbox_seq = inbox_seq + 1
      where id = $1 and not exists (select from inbox where chat_id = $1 and kind = $2 and external_id = $3)
      returning inbox_seq
    )
    insert into inbox (chat_id, position, kind, external_id, urgent, body)
    select $1, inbox_seq, $2, $3, true, $4::json from chat returning position`,
};

/** Something for the other side that is no line of the transcript. */
export const RELAY: Statement = {
  name: 'ingest.relay',
  // $1 chat, $2 id of the row, $3 target or null for the chat's channel, $4 pull channels, $5 seq, $6 author, $7 body
  text: `with chat as (
      update chats set outbox_seq = outbox_seq + 1
      where id = $1 and coalesce($3, channel) <> all($4::text[]) and not exists (select from outbox where id = $2)
      returning outbox_seq, epoch, channel
    )
    insert into outbox (id, chat_id, target, ord, seq, author, epoch, body, state)
    select $2, $1, coalesce($3, channel), outbox_seq, $5, $6, epoch, $7::json, 'pending' from chat
    on conflict (id) do nothing returning target`,
};

export const CHANGE_OWNER: Statement = {
  name: 'owner.change',
  // $1 chat, $2 owner, $3 reason, $4 at, $5 silence ms, $6 timer, $7 only when that timer is due, $8 timers of a waiting client
  text: `with chat as (
      update chats set owner = $2, epoch = epoch + 1, inbox_seq = inbox_seq + 1, updated_at = now()
      where id = $1 and owner <> $2
        and (not $7::bool or exists (select from timers where chat_id = $1 and name = $6 and due_at <= now()))
      returning owner, epoch, inbox_seq, turn
    ), box as (
      insert into inbox (chat_id, position, kind, external_id, urgent, body)
      select $1, inbox_seq, 'owner', 'epoch-' || epoch, true,
        json_build_object('kind', 'owner', 'id', 'epoch-' || epoch, 'at', $4::text, 'owner', owner, 'reason', $3::text)
      from chat
    ), silence as (
      insert into timers (chat_id, name, due_at, turn)
      select $1, $6::text, now() + $5::float8 * interval '1 ms', turn from chat where $5::float8 > 0 and $2 = 'manager'
      on conflict (chat_id, name) do update set due_at = excluded.due_at, turn = excluded.turn
    ), spent as (
      delete from timers using chat where timers.chat_id = $1 and $2 = 'bot' and (timers.name = $6 or timers.name = any($8::text[]))
    )
    select owner, epoch, true as changed from chat
    union all select owner, epoch, false from chats where id = $1 and not exists (select from chat)`,
};

export const FIRE_TIMER: Statement = {
  name: 'timer.fire',
  // $1 chat, $2 name, $3 at
  text: `with chat as (
      update chats set inbox_seq = inbox_seq + 1
      where id = $1 and exists (select from timers where chat_id = $1 and name = $2 and due_at <= now()) returning inbox_seq
    ), t as (
      delete from timers using chat where chat_id = $1 and name = $2 and due_at <= now() returning data, turn, inbox_seq
    )
    insert into inbox (chat_id, position, kind, external_id, urgent, body)
    select $1, inbox_seq, 'timer', turn || ':' || $2, true, json_build_object('kind', 'timer',
      'id', turn || ':' || $2, 'at', $3::text, 'name', $2::text, 'data', data) from t
    on conflict do nothing returning position`,
};

export const DROP_TIMER: Statement = {
  name: 'timer.drop',
  text: `delete from timers where chat_id = $1 and name = $2 and due_at <= now()`,
};

export const DUE_TIMERS: Statement = {
  name: 'timer.due',
  text: `select chat_id, name from timers where due_at <= now() order by due_at limit $1`,
};
