-- Retention looks for what is old. Rows are appended in the order of time, so a BRIN index finds it at next to no cost for
-- the writes of a turn.
create index inbox_age on inbox using brin (received_at);
create index transcript_age on transcript using brin (at);
create index turns_age on turns using brin (committed_at);
create index outbox_age on outbox using brin (created_at);
