-- A client's reaction names the message by Telegram's number of it.
create index telegram_deliveries_message on telegram_deliveries (message_id) where message_id is not null;
