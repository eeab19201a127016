-- The actor: one row per chat, its mailbox, its transcript, its effects.
-- No foreign keys to chats: rows are written only by statements that hold the lock on the chat's row, chats are never
-- deleted, and a check per inserted row would be paid on the hot path.

create table chats (
  id text primary key,
  channel text not null,
  -- How the channel addresses the client (Telegram chat id and the like); opaque here.
  address jsonb not null default '{}',
  owner text not null default 'bot' check (owner in ('bot', 'manager')),
  -- Raised by every change of owner and by every manager's message: what was decided before it may not be said after it.
  epoch integer not null default 0,
  -- Fencing token of the lease: a commit names the fence it was claimed with.
  fence bigint not null default 0,
  lease_until timestamptz not null default 'epoch',
  leased_by text,
  -- Number of the last committed turn.
  turn integer not null default 0,
  -- Failed attempts of the turn now due, and when it may be tried again.
  attempts integer not null default 0,
  retry_at timestamptz not null default 'epoch',
  scenario text,
  step text,
  slots json not null default '{}',
  -- Counters advanced under the row's lock: they give the order of commits, which a sequence would not.
  inbox_seq bigint not null default 0,
  last_seq integer not null default 0,
  outbox_seq bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

create table chat_external_ids (
  provider text not null,
  external_id text not null,
  chat_id text not null,
  primary key (provider, external_id)
);
create index chat_external_ids_chat on chat_external_ids (chat_id);

create table inbox (
  chat_id text not null,
  position bigint not null,
  kind text not null check (kind in ('client', 'manager', 'owner', 'job', 'timer')),
  external_id text not null,
  -- Whether the event is handled at once or waits for the client to finish typing.
  urgent boolean not null,
  body json not null,
  -- Row of the transcript the event made, for clients and managers.
  seq integer,
  received_at timestamptz not null default now(),
  -- The turn that consumed the event; null while unread.
  done_turn integer,
  primary key (chat_id, kind, external_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index inbox_unread on inbox (chat_id, position) where done_turn is null;

create table transcript (
  chat_id text not null,
  seq integer not null,
  author text not null check (author in ('client', 'bot', 'manager')),
  content json not null,
  button text,
  in_reply_to text,
  turn integer,
  -- Set when a bot's or manager's message did not reach the client.
  delivery text check (delivery in ('cancelled', 'failed')),
  at timestamptz not null default now(),
  primary key (chat_id, seq)
);
create index transcript_turn on transcript (chat_id, turn) where turn is not null;

create table turns (
  chat_id text not null,
  turn integer not null,
  fence bigint not null,
  worker text not null,
  owner text not null,
  events integer not null,
  effects integer not null,
  outcome text not null check (outcome in ('committed', 'parked')),
  run_ms integer not null,
  committed_at timestamptz not null default now(),
  primary key (chat_id, turn)
);

create table outbox (
  -- `<chat>:<turn>:<index>` for effects of a turn, `<chat>:in:<position>:<target>` for copies of incoming messages.
  id text primary key,
  chat_id text not null,
  target text not null,
  ord bigint not null,
  turn integer,
  seq integer,
  author text not null check (author in ('client', 'bot', 'manager', 'system')),
  epoch integer not null,
  body json not null,
  state text not null check (state in ('pending', 'sent', 'cancelled', 'dead', 'held')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  leased_until timestamptz not null default 'epoch',
  token integer not null default 0,
  -- An attempt began and its outcome was never recorded.
  in_flight boolean not null default false,
  provider_id text,
  error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index outbox_lane on outbox (chat_id, target, ord) where state = 'pending';
create index outbox_jobs on outbox (chat_id, turn) where target = 'job';
create index outbox_provider on outbox (target, provider_id) where provider_id is not null;

create table timers (
  chat_id text not null,
  name text not null,
  due_at timestamptz not null,
  data json,
  -- The turn that set the timer: makes the id of the event it becomes.
  turn integer not null,
  primary key (chat_id, name)
);
create index timers_due on timers (due_at);

create table dead_letters (
  id bigint generated always as identity primary key,
  chat_id text not null,
  source text not null check (source in ('turn', 'outbox')),
  -- `<kind>:<external id>` of an inbox event, or the id of an outbox row.
  ref text not null,
  target text,
  error text not null,
  attempts integer not null,
  created_at timestamptz not null default now(),
  replayed_at timestamptz
);
create index dead_letters_open on dead_letters (id) where replayed_at is null;

create table checkpoints (
  thread_id text not null,
  ns text not null,
  id text not null,
  parent_id text,
  checkpoint text not null,
  metadata jsonb not null,
  primary key (thread_id, ns, id)
) with (autovacuum_vacuum_scale_factor = 0.05);

create table checkpoint_writes (
  thread_id text not null,
  ns text not null,
  checkpoint_id text not null,
  task_id text not null,
  idx integer not null,
  channel text not null,
  value text not null,
  primary key (thread_id, ns, checkpoint_id, task_id, idx)
);
