import type { SimChat, SimMessage, SimTalk } from './account-state.js';

/** Where and when something happened, as every chat hook says. */
export interface HookMoment {
  amojoId: string;
  chat: SimChat;
  /** ms since the epoch. */
  at: number;
}

/** A message written on amoCRM's side, or changed there (version 2; the mark of an edit is a guess). */
export function messageHook({ amojoId, chat, at }: HookMoment, message: SimMessage, isEdit: boolean): object {
  return {
    ...(isEdit ? { event_type: 'edit_message' } : {}),
    account_id: amojoId,
    time: Math.floor(at / 1_000),
    message: {
      sender: { id: message.authorRef },
      receiver: {
        id: chat.userId,
        client_id: chat.userClientId,
        name: chat.userName,
        phone: chat.userPhone,
        email: null,
      },
      conversation: { id: chat.id, ...(chat.conversationId ? { client_id: chat.conversationId } : {}) },
      source: chat.sourceExternalId ? { external_id: chat.sourceExternalId } : undefined,
      timestamp: Math.floor(at / 1_000),
      msec_timestamp: at,
      message: {
        id: message.id,
        type: message.type,
        text: message.text ?? '',
        media: message.media,
        thumbnail: null,
        file_name: message.fileName,
        file_size: 0,
        tag: null,
        markup: null,
      },
    },
  };
}

/** A manager has put an emoji under a message, or taken it away. */
export function reactionHook(
  { amojoId, chat, at }: HookMoment,
  message: SimMessage,
  reaction: { userId: string; emoji: string; on: boolean },
): object {
  return {
    account_id: amojoId,
    time: Math.floor(at / 1_000),
    action: {
      reaction: {
        user: { id: reaction.userId },
        conversation: { id: chat.id, client_id: chat.conversationId },
        message: {
          id: message.id,
          ...(message.clientId ? { client_id: message.clientId } : {}),
          type: message.type,
          text: message.text,
        },
        type: reaction.on ? 'react' : 'unreact',
        emoji: reaction.emoji,
      },
    },
  };
}

/** A manager types for the next five seconds. */
export function typingHook({ amojoId, chat, at }: HookMoment, userId: string): object {
  const time = Math.floor(at / 1_000);
  return {
    account_id: amojoId,
    time,
    action: {
      typing: {
        user: { id: userId },
        conversation: { id: chat.id, client_id: chat.conversationId },
        expired_at: time + 5,
      },
    },
  };
}

/** Fields of `update_talk`, form-encoded as all CRM hooks. */
export function talkFields(talk: SimTalk): Record<string, string> {
  const fields = {
    talk_id: talk.talk_id,
    chat_id: talk.chat_id,
    contact_id: talk.contact_id,
    entity_id: talk.entity_id,
    entity_type: 'lead',
    is_in_work: talk.is_in_work ? '1' : '0',
    is_read: talk.is_read ? '1' : '0',
    updated_at: talk.updated_at,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`talk[update][0][${name}]`, String(value)]));
}
