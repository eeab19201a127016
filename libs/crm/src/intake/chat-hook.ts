import type { AmojoId } from '../chats-api/types.js';

/** Somebody on amoCRM's side wrote into a chat: a manager, our own bot, a Salesbot. */
export interface OutgoingMessage {
  kind: 'message';
  /** Their id of the message: the key of everything that follows. */
  id: AmojoId;
  /** Our id, when it is a message we imported. */
  clientId?: string;
  senderId: AmojoId;
  amojoChatId: AmojoId;
  /** Our conversation id; absent when a manager wrote first. */
  chatId?: string;
  /** ms since the epoch, by their clock. */
  at: number;
  text: string;
  /** The manager has changed a message that was sent before. */
  isEdit?: true;
  file?: { url: string; name: string | null; type: string };
}

/** Somebody on amoCRM's side put something under a message, or took it away. */
export interface ReactionHook {
  kind: 'reaction';
  userId: string;
  amojoChatId: AmojoId;
  chatId?: string;
  /** Their id of the message, and ours when we imported it. */
  messageId: AmojoId;
  clientMessageId?: string;
  emoji: string;
  on: boolean;
  /** Seconds since the epoch, by their clock. */
  at: number;
}

/** A manager types. */
export interface TypingHook {
  kind: 'typing';
  userId: string;
  amojoChatId: AmojoId;
  chatId?: string;
  /** Until when, ms since the epoch, by their clock. */
  until: number;
}

export type ChatHook = OutgoingMessage | ReactionHook | TypingHook | { kind: 'other' };

/**
 * Reads a chat hook of version 2. The shape is the vendor's and grows without notice, so every field is taken only when it
 * is what it should be. Null when it is no hook at all.
 */
export function readChatHook(body: unknown): ChatHook | null {
  const hook = objectOf(body);
  if (!hook) return null;
  const action = objectOf(hook.action);
  if (action)
    return readReaction(hook, objectOf(action.reaction)) ?? readTyping(objectOf(action.typing)) ?? { kind: 'other' };
  const envelope = objectOf(hook.message);
  if (!envelope) return { kind: 'other' };
  const message = objectOf(envelope.message);
  const conversation = objectOf(envelope.conversation);
  const id = textOf(message?.id);
  const senderId = textOf(objectOf(envelope.sender)?.id);
  const amojoChatId = textOf(conversation?.id);
  if (!message || !id || !senderId || !amojoChatId) return null;
  const clientId = textOf(message.client_id);
  const chatId = textOf(conversation?.client_id);
  const url = textOf(message.media);
  return {
    kind: 'message',
    id: id as AmojoId,
    senderId: senderId as AmojoId,
    amojoChatId: amojoChatId as AmojoId,
    at: timeOf(envelope),
    text: textOf(message.text) ?? otherContent(message),
    ...(clientId ? { clientId } : {}),
    ...(chatId ? { chatId } : {}),
    ...(hook.event_type === 'edit_message' || envelope.event_type === 'edit_message' ? { isEdit: true as const } : {}),
    ...(url ? { file: { url, name: textOf(message.file_name), type: textOf(message.type) ?? 'file' } } : {}),
  };
}

function readReaction(hook: Record<string, unknown>, reaction: Record<string, unknown> | null): ReactionHook | null {
  const message = objectOf(reaction?.message);
  const place = readPlace(reaction);
  const messageId = textOf(message?.id);
  const emoji = textOf(reaction?.emoji);
  if (!place || !messageId || !emoji) return null;
  const clientMessageId = textOf(message?.client_id);
  return {
    kind: 'reaction',
    ...place,
    messageId: messageId as AmojoId,
    ...(clientMessageId ? { clientMessageId } : {}),
    emoji,
    on: reaction?.type !== 'unreact',
    at: typeof hook.time === 'number' ? hook.time : 0,
  };
}

function readTyping(typing: Record<string, unknown> | null): TypingHook | null {
  const place = readPlace(typing);
  if (!place || typeof typing?.expired_at !== 'number') return null;
  return { kind: 'typing', ...place, until: typing.expired_at * 1_000 };
}

/** Who did something in which chat. */
function readPlace(
  action: Record<string, unknown> | null,
): { userId: string; amojoChatId: AmojoId; chatId?: string } | null {
  const conversation = objectOf(action?.conversation);
  const userId = textOf(objectOf(action?.user)?.id);
  const amojoChatId = textOf(conversation?.id);
  if (!userId || !amojoChatId) return null;
  const chatId = textOf(conversation?.client_id);
  return { userId, amojoChatId: amojoChatId as AmojoId, ...(chatId ? { chatId } : {}) };
}

/** When they sent the hook, ms since the epoch; null when it does not say. */
export function hookTime(body: unknown): number | null {
  const hook = objectOf(body);
  const seconds = hook?.time ?? objectOf(hook?.message)?.timestamp;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : null;
}

function timeOf(envelope: Record<string, unknown>): number {
  if (typeof envelope.msec_timestamp === 'number') return envelope.msec_timestamp;
  return typeof envelope.timestamp === 'number' ? envelope.timestamp * 1_000 : Date.now();
}

/** A place or a contact card has no text of its own: the client gets it written out. */
function otherContent(message: Record<string, unknown>): string {
  const location = objectOf(message.location);
  if (location && typeof location.lat === 'number' && typeof location.lon === 'number') {
    return `Место на карте: ${location.lat}, ${location.lon}`;
  }
  const contact = objectOf(message.contact);
  return contact ? [textOf(contact.name), textOf(contact.phone)].filter(Boolean).join(', ') : '';
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
