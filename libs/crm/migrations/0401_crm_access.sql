-- Shared by all processes that talk to amoCRM: the OAuth pair, the request limiter and the breaker.
create table crm_tokens (
  account text primary key,
  access_token text not null,
  refresh_token text,
  expires_at timestamptz not null,
  updated_at timestamptz not null default now()
);
create table crm_limiter (
  key text primary key,
  next_at timestamptz not null
);
create table crm_breaker (
  key text primary key,
  opened_at timestamptz not null,
  retry_at timestamptz not null,
  reason text not null
);
