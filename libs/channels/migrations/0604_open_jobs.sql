-- Unfinished jobs a key may have at once.
alter table api_keys add column open_jobs integer not null default 20 check (open_jobs > 0);
