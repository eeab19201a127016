-- Keys of the REST API. Only a SHA-256 of the key is kept: the key has 256 random bits, so a slow hash would add nothing.
create table api_keys (
  id text primary key check (id ~ '^[a-z0-9]{1,32}$'),
  name text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  -- Requests a minute.
  rate_limit integer not null check (rate_limit > 0),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- What was uploaded and by whom: only the uploader may attach it. The id is derived from owner, name and content.
create table uploads (
  id text primary key,
  owner text not null,
  file jsonb not null,
  created_at timestamptz not null default now()
);
create index uploads_created on uploads (created_at);
