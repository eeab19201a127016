-- The newest job of each kind that a chat waits for: what a newer one replaces.
create table chat_latest_jobs (
  chat_id text not null,
  name text not null,
  job_id text not null,
  primary key (chat_id, name)
) with (fillfactor = 80);
