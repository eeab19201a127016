import type { Statement } from './statements.js';

// $1 chat, $2 kind of the author (client or manager), $3 id of the message, $4 new text, $5 when (ISO), $6 pull channels,
// $7 whether the change goes to the CRM, $8 whether it goes to the client.
//
// The transcript shows the new text and counts the edit. While the event is unread its text is replaced, and a turn that has
// read the old one loses its fence, so that it cannot commit. Afterwards a client's edit is an event of its own. The statement
// leaves everything alone when a turn was claimed or committed since its snapshot: then it is asked again.
export const EDIT_MESSAGE: Statement = {
  name: 'ingest.edit',
  text: `with snap as (
      select fence, turn, channel from chats where id = $1
    ), line as (
      select t.seq, t.content->>'text' as before, t.content, coalesce(i.body->>'button', t.button) as button
      from inbox i join transcript t on t.chat_id = i.chat_id and t.seq = i.seq
      where i.chat_id = $1 and i.kind = $2 and i.external_id = $3
    ), change as (
      select * from line where button is null and before <> $4
    ), unread as (
      select position from inbox where chat_id = $1 and done_turn is null and kind = $2
        and (external_id = $3 or body->'edit'->>'of' = $3) order by position desc limit 1
    ), ways as (
      select x.target, x.place from snap, lateral (values (channel, 1, $8::bool and channel <> all($6::text[])), ('crm', 2, $7::bool))
        x (target, place, wanted) where x.wanted
    ), chat as (
      update chats c set
        fence = c.fence + (select count(*) from unread),
        lease_until = case when exists (select from unread) then 'epoch' else c.lease_until end,
        leased_by = case when exists (select from unread) then null else c.leased_by end,
        inbox_seq = c.inbox_seq + ($2 = 'client' and not exists (select from unread))::int,
        outbox_seq = c.outbox_seq + 2, edits = c.edits + 1, updated_at = now()
      from snap, change
      where c.id = $1 and c.fence = snap.fence and c.turn = snap.turn
      returning c.inbox_seq, c.outbox_seq, c.epoch, c.edits, change.seq, change.before, change.content
    ), line_changed as (
      update transcript t set content = jsonb_set(t.content::jsonb, '{text}', to_jsonb($4::text))::json,
        edit = chat.edits, edited_at = $5::timestamptz
      from chat where t.chat_id = $1 and t.seq = chat.seq
    ), event_changed as (
      update inbox i set body = jsonb_set(i.body::jsonb, '{text}', to_jsonb($4::text))::json
      from chat, unread where i.chat_id = $1 and i.position = unread.position
    ), event_added as (
      insert into inbox (chat_id, position, kind, external_id, urgent, body)
      select $1, inbox_seq, 'client', $3 || '#' || edits, false, json_build_object('kind', 'client', 'id', $3 || '#' || edits,
        'at', $5::text, 'text', $4::text, 'edit', json_build_object('of', $3::text, 'before', before))
      from chat where $2 = 'client' and not exists (select from unread)
    ), sent as (
      insert into outbox (id, chat_id, target, ord, seq, author, epoch, body, state)
      select $1 || ':edit:' || edits || ':' || ways.target, $1, ways.target, outbox_seq - 2 + ways.place, seq, $2, epoch,
        json_build_object('type', 'edit', 'author', $2::text, 'seq', seq, 'before', before,
          'message', jsonb_set(content::jsonb, '{text}', to_jsonb($4::text))), 'pending'
      from chat, ways
    )
    select line.seq, line.button is not null as fixed, line.before = $4 as same, exists (select from chat) as changed,
      snap.channel
    from line, snap`,
};
