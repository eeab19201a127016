-- One row per run of a scheduled task: whoever inserts it runs it, so several schedulers double nothing.
create table scheduled_runs (
  task text not null,
  -- Start of the slot the run belongs to.
  slot timestamptz not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  error text,
  primary key (task, slot)
);

-- Follow-ups to clients who stopped answering: at most two a silence, each once.
create table follow_ups (
  chat_id text not null,
  -- Last message of the client before the silence.
  after_seq integer not null,
  number smallint not null check (number in (1, 2)),
  created_at timestamptz not null default now(),
  primary key (chat_id, after_seq, number)
);
