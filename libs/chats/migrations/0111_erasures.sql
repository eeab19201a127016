-- That a client was forgotten, without saying who: whoever asks later is compared with the salted hash.
create table erasures (
  id bigint generated always as identity primary key,
  -- scrypt of the chat's id: slow on purpose, ids made of phone numbers are few enough to be tried.
  subject_hash bytea not null,
  salt bytea not null,
  -- Rows removed by table, and files.
  removed jsonb not null,
  erased_at timestamptz not null default now()
);
