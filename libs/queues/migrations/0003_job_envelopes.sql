-- What a queue was given, until there is an outcome: a queue that comes back empty is given it again.
alter table job_results add column envelope json;
