-- Updates are stored here before anything else is done with them; the primary key is the deduplication.
create table telegram_updates (
  update_id bigint primary key,
  chat_id bigint not null,
  body json not null,
  received_at timestamptz not null default now(),
  claimed_until timestamptz not null default 'epoch',
  attempts integer not null default 0,
  retry_at timestamptz not null default 'epoch',
  -- `done`: in the inbox (or of no interest); `dead`: given up after many attempts.
  state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
  error text
);
create index telegram_updates_waiting on telegram_updates (chat_id, update_id) where state = 'waiting';
create index telegram_updates_received on telegram_updates (received_at) where state = 'done';

-- Which requests of an outbox row the Bot API has taken: a row may need several, and a retry begins after the last one taken.
create table telegram_deliveries (
  outbox_id text not null,
  step integer not null,
  -- `sending` that was never followed by an answer is an unknown outcome.
  state text not null check (state in ('sending', 'sent', 'unknown')),
  message_id bigint,
  at timestamptz not null default now(),
  primary key (outbox_id, step)
);
create index telegram_deliveries_at on telegram_deliveries (at);
