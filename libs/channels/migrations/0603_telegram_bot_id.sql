-- Numbers of updates are a bot's own: another token on the same database must not meet them.
alter table telegram_updates add column bot_id bigint not null default 0;
alter table telegram_updates drop constraint telegram_updates_pkey;
alter table telegram_updates add primary key (bot_id, update_id);
drop index telegram_updates_waiting;
create index telegram_updates_waiting on telegram_updates (bot_id, chat_id, update_id) where state = 'waiting';
