-- The mirror of chats in amoCRM. Every id is stored as soon as it is known, so that a retry goes on where the last try ended.
create table crm_chats (
  -- Our chat; also the conversation id the Chats API knows it by.
  chat_id text primary key,
  amojo_chat_id text unique,
  contact_id bigint,
  linked_contact_id bigint,
  lead_id bigint,
  -- Time of the last mirrored message, ms: amoCRM orders by it, so it only grows.
  last_at bigint not null default 0,
  -- Time of the last manager's message by amoCRM's clock, ms: a talk closed before it gives nothing back.
  manager_at bigint not null default 0,
  reconciled_at timestamptz not null default 'epoch',
  created_at timestamptz not null default now()
);
create index crm_chats_lead on crm_chats (lead_id);
create index crm_chats_contact on crm_chats (contact_id);

create table crm_messages (
  -- Our id of the message in amoCRM (`msgid`); for a manager's message from amoCRM `amo:<their id>`.
  our_id text primary key,
  chat_id text not null,
  -- Their id; null while it is not known whether they have the message.
  amojo_id text unique,
  direction text not null check (direction in ('out', 'in')),
  author text not null check (author in ('client', 'bot', 'manager')),
  -- Row of the outbox an outgoing message is (a part of); place in our transcript.
  outbox_id text,
  seq integer,
  at bigint not null,
  -- What the manager was told about the delivery: 1 delivered, -1 failed.
  reported smallint,
  created_at timestamptz not null default now()
);
create index crm_messages_chat on crm_messages (chat_id, at);
create index crm_messages_unknown on crm_messages (chat_id) where amojo_id is null;
create index crm_messages_unreported on crm_messages (created_at) where direction = 'in' and reported is null;

-- Work for the connector, stored before it is acknowledged: hooks as they came and what the scheduler asks for.
create table crm_inbox (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('chat-hook', 'crm-hook', 'reconcile', 'reminder', 'summary')),
  -- What makes a repetition a duplicate.
  key text not null unique,
  -- Entries of one lane are handled one after another, in the order they came.
  lane text not null,
  body json not null,
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  leased_until timestamptz not null default 'epoch',
  received_at timestamptz not null default now(),
  done_at timestamptz,
  error text
);
create index crm_inbox_open on crm_inbox (lane, id) where done_at is null;
create index crm_inbox_due on crm_inbox (id) where done_at is null;

-- What `npm run amocrm:setup` found and made: ids of the scope, the pipeline, its stages, fields and users.
create table crm_settings (
  key text primary key,
  value json not null,
  updated_at timestamptz not null default now()
);
