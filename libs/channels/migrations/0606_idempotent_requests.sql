-- Requests that came with an Idempotency-Key, by the key of the partner: the first runs, the others get its answer.
create table idempotent_requests (
  owner text not null,
  key text not null,
  -- SHA-256 of route and body: the same key with another request is a mistake of the caller.
  fingerprint bytea not null,
  -- How the request ended; null while it runs, or when it is to be run again.
  status integer,
  answer json,
  -- A process that died lets go by this time.
  leased_until timestamptz not null,
  -- Raised when a request failed on our side and may be tried anew; part of the ids its effects derive.
  attempt integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (owner, key)
);
create index idempotent_requests_age on idempotent_requests (created_at);
