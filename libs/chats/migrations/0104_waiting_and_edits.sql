-- Chats a manager has are few among many: the returns, reminders and comparisons look at them alone.
create index chats_managed on chats (id) where owner = 'manager';

-- Edits of a chat are counted, so that a reader who has seen so many finds the lines that changed since.
alter table chats add column edits integer not null default 0;
alter table transcript add column edit integer;
alter table transcript add column edited_at timestamptz;
create index transcript_edits on transcript (chat_id, edit) where edit is not null;

-- Who is typing or has read how far: worth seconds, so it is not logged and a crash of the server forgets it.
create unlogged table chat_typing (
  chat_id text not null,
  author text not null check (author in ('client', 'manager')),
  until timestamptz not null,
  -- Until when the other side has been told.
  told_until timestamptz not null default 'epoch',
  primary key (chat_id, author)
);

-- How far a side has read the other's messages.
create table chat_reads (
  chat_id text not null,
  reader text not null check (reader in ('client', 'manager')),
  seq integer not null,
  at timestamptz not null default now(),
  primary key (chat_id, reader)
);

-- What became of a manager's message on its way to the client is asked by its place in the transcript.
create index outbox_managers on outbox (chat_id, seq) where author = 'manager';
