-- Lanes of one target stand together, so that looking for what is due steps from lane to lane, and what another target has
-- piled up (a CRM that takes 7 requests a second, or is away) is passed by. The former index had the chat first.
create index outbox_lanes on outbox (target, chat_id, ord) where state = 'pending';
drop index outbox_lane;
