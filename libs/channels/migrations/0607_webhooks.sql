-- Where partners are told what happened in their chats and jobs, and what is still to be told.
create table webhook_endpoints (
  id text primary key,
  -- The partner's key; no reference: the development key has no row.
  key_id text not null,
  url text not null,
  events text[] not null check (events <@ array['message', 'owner', 'job'] and cardinality(events) > 0),
  -- Signs deliveries; the former one signs beside it until its time, so that a partner changes over without a gap.
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  state text not null default 'active' check (state in ('active', 'disabled')),
  -- Failures since the last success, when they began, and when the endpoint is tried again.
  failures integer not null default 0,
  failing_since timestamptz,
  retry_at timestamptz not null default 'epoch',
  last_success_at timestamptz,
  -- One process at a time delivers to an endpoint; the fence tells a process that lost the lease.
  leased_until timestamptz not null default 'epoch',
  fence bigint not null default 0,
  created_at timestamptz not null default now()
);
create index webhook_endpoints_key on webhook_endpoints (key_id, created_at, id);

create table webhook_deliveries (
  -- Derived from the endpoint and the event: an event is noted once for an endpoint, however often it is written.
  id text primary key,
  endpoint_id text not null,
  -- Deliveries of a lane go out in order: a chat, or a single job.
  lane text not null,
  position bigint generated always as identity,
  type text not null,
  -- Points to what happened; the content is read when it is sent and lives in one place only.
  ref jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  -- How the last attempt ended: status of the answer, or why there was none.
  status integer,
  error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index webhook_deliveries_lane on webhook_deliveries (endpoint_id, lane, position) where state = 'pending';
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_at) where state = 'pending';
create index webhook_deliveries_listed on webhook_deliveries (endpoint_id, position);
create index webhook_deliveries_settled on webhook_deliveries (settled_at) where state <> 'pending';

-- Notes an event for the endpoints of a partner that ask for its kind.
create function note_webhook_event(partner text, event_type text, event_lane text, event_name text, event_ref jsonb)
returns void language sql as $$
  insert into webhook_deliveries (id, endpoint_id, lane, type, ref)
  select 'wd-' || left(encode(sha256(convert_to(e.id || ' ' || event_name, 'UTF8')), 'hex'), 32),
    e.id, event_lane, event_type, event_ref
  from webhook_endpoints e
  where e.key_id = partner and e.state = 'active' and event_type = any(e.events)
  on conflict (id) do nothing
$$;

-- In the transaction that says or changes it: what is committed is told, what is rolled back is not. The conditions keep
-- everything but partners' chats from calling the function at all.
create function note_webhook_message() returns trigger language plpgsql as $$
begin
  perform note_webhook_event(split_part(new.chat_id, ':', 2), 'message', new.chat_id,
    'message ' || new.chat_id || ' ' || new.seq, jsonb_build_object('chatId', new.chat_id, 'seq', new.seq));
  return null;
end $$;
create trigger webhook_message after insert on transcript for each row
  when (new.author <> 'client' and new.chat_id like 'rest:%') execute function note_webhook_message();

create function note_webhook_owner() returns trigger language plpgsql as $$
begin
  perform note_webhook_event(split_part(new.id, ':', 2), 'owner', new.id,
    'owner ' || new.id || ' ' || new.epoch, jsonb_build_object('chatId', new.id, 'owner', new.owner));
  return null;
end $$;
create trigger webhook_owner after update of owner on chats for each row
  when (old.owner <> new.owner and new.id like 'rest:%') execute function note_webhook_owner();

create function note_webhook_job() returns trigger language plpgsql as $$
begin
  perform note_webhook_event(new.owner, 'job', 'job ' || new.id,
    'job ' || new.id || ' ' || new.state, jsonb_build_object('jobId', new.id, 'name', new.name, 'state', new.state));
  return null;
end $$;
create trigger webhook_job after update of state on job_results for each row
  when (old.state <> new.state and new.state in ('completed', 'failed')) execute function note_webhook_job();
