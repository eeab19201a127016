-- Pictures of one album come as updates of their own with one media_group_id; they are one message of the client.
alter table telegram_updates add column media_group text;
-- The first update of the album carries the others into the inbox; who belongs is decided once, so that a retry is the same message.
alter table telegram_updates add column album_of bigint;
create index telegram_updates_album on telegram_updates (bot_id, chat_id, media_group) where media_group is not null;
