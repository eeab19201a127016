-- Jobs that were handed to a queue and may have been lost there are looked for by the time they were handed over.
create index outbox_sent_jobs on outbox (settled_at) where target = 'job' and state = 'sent';
