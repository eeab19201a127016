import type { Statement } from './statements.js';

// $1 age in ms, $2 rows of each table at most. The newest checkpoint of a chat is its state and is never touched; older ones
// of a chat that has been quiet for that long only serve inspection.
export const PRUNE: Statement = {
  name: 'chat.prune',
  text: `with i as (
      delete from inbox where ctid = any(array(select ctid from inbox
        where done_turn is not null and received_at < now() - $1::float8 * interval '1 ms' limit $2)) returning 1
    ), o as (
      delete from outbox where ctid = any(array(select ctid from outbox
        where state in ('sent', 'cancelled') and created_at < now() - $1::float8 * interval '1 ms'
          and settled_at < now() - $1::float8 * interval '1 ms' limit $2)) returning 1
    ), t as (
      delete from turns where ctid = any(array(select ctid from turns
        where committed_at < now() - $1::float8 * interval '1 ms' limit $2)) returning 1
    ), c as (
      delete from checkpoints where ctid = any(array(select k.ctid from checkpoints k join chats on chats.id = k.thread_id
        where chats.updated_at < now() - $1::float8 * interval '1 ms' and exists (select 1 from checkpoints newer
          where newer.thread_id = k.thread_id and newer.ns = k.ns and newer.id > k.id) limit $2)) returning 1
    ), w as (
      delete from checkpoint_writes where ctid = any(array(select w.ctid from checkpoint_writes w
        join chats on chats.id = w.thread_id where chats.updated_at < now() - $1::float8 * interval '1 ms'
          and not exists (select 1 from checkpoints k
            where k.thread_id = w.thread_id and k.ns = w.ns and k.id = w.checkpoint_id) limit $2)) returning 1
    ), d as (
      delete from dead_letters where ctid = any(array(select ctid from dead_letters
        where replayed_at < now() - $1::float8 * interval '1 ms' limit $2)) returning 1
    )
    select (select count(*) from i)::int + (select count(*) from o)::int + (select count(*) from t)::int
      + (select count(*) from c)::int + (select count(*) from w)::int + (select count(*) from d)::int as removed`,
};

export const PRUNE_TRANSCRIPTS: Statement = {
  name: 'chat.pruneTranscripts',
  text: `with gone as (
      delete from transcript where ctid = any(array(select ctid from transcript
        where at < now() - $1::float8 * interval '1 ms' limit $2)) returning 1
    ) select count(*)::int as removed from gone`,
};
