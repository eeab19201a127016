-- A key may have several live secrets for a while, so that a partner changes to the new one without downtime; the key's id,
-- and with it the partner's chats, stays. `api_keys.key_hash` holds the newest for the version that reads it there.
create table api_key_secrets (
  key_hash bytea primary key,
  key_id text not null references api_keys (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- Kept to the minute: tells whether an old secret is still in use before it ends.
  last_used_at timestamptz
);
create index api_key_secrets_key on api_key_secrets (key_id);
insert into api_key_secrets (key_hash, key_id, created_at) select key_hash, id, created_at from api_keys;

-- Requests a day; null = no quota.
alter table api_keys add column daily_quota integer check (daily_quota > 0);
