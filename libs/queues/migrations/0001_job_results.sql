-- Where the outcome of a job stands that no chat waits for: partners ask for it by id.
create table job_results (
  id text primary key,
  owner text not null,
  name text not null,
  state text not null default 'waiting' check (state in ('waiting', 'completed', 'failed')),
  outcome json,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index job_results_age on job_results (created_at);
create index job_results_open on job_results (owner) where state = 'waiting';
