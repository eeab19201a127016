-- Managers' messages that arrived and have not been reported as read: looked at until the client has read them.
create index crm_messages_unread on crm_messages (chat_id, seq) where direction = 'in' and reported = 1;
create index crm_messages_place on crm_messages (chat_id, seq);
