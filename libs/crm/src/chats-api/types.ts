/** Id given by amoCRM's chat service (UUID): theirs. */
export type AmojoId = string & { readonly amojo: unique symbol };
/** Id given by us and stable for ever: conversation, sender or message. */
export type OurId = string & { readonly ours: unique symbol };

export type ChatMessageType =
  | 'text'
  | 'contact'
  | 'file'
  | 'video'
  | 'picture'
  | 'voice'
  | 'audio'
  | 'sticker'
  | 'location';

export interface ChatParticipant {
  id: OurId;
  name: string;
  /** Their id: the channel bot's or a manager's; decides who is seen as the author. */
  ref_id?: AmojoId;
  avatar?: string;
  profile?: { phone?: string; email?: string };
  profile_link?: string;
}

export interface ChatMessage {
  type: ChatMessageType;
  text?: string;
  /** Public URL they download from. */
  media?: string;
  file_name?: string;
  file_size?: number;
  media_duration?: number;
  sticker_id?: string;
  location?: { lon: number; lat: number };
  contact?: { name: string; phone: string };
}

/**
 * A message to import. Direction is decided by who is filled in: client = sender only; bot or manager = sender with
 * `ref_id` and the client as receiver.
 */
export interface NewMessage {
  msgid: OurId;
  conversation_id: OurId;
  conversation_ref_id?: AmojoId;
  sender: ChatParticipant;
  receiver?: ChatParticipant;
  message: ChatMessage;
  /** Milliseconds since the epoch. */
  at: number;
  /** True = no incoming lead, no notification. */
  silent: boolean;
  source?: { external_id: string };
  reply_to?: { message: { id?: AmojoId; msgid?: OurId } };
}

export interface EditMessage {
  msgid: OurId;
  conversation_id: OurId;
  message: ChatMessage;
  at: number;
}

/** What their history lists, newest first; `client_id` is our id when the message came from us. */
export interface HistoryItem {
  timestamp: number;
  msec_timestamp?: number;
  sender?: { id: AmojoId; client_id?: OurId; name?: string };
  receiver?: { id: AmojoId; client_id?: OurId; name?: string };
  message: { id: AmojoId; client_id?: OurId; type: ChatMessageType; text?: string; media?: string; file_name?: string };
}

/** 1 delivered, 2 read, -1 error; an error names 901…905 and, for 905, a sentence for the manager. */
export type DeliveryStatus = { status: 1 | 2 } | { status: -1; errorCode: 901 | 902 | 903 | 904 | 905; error: string };
