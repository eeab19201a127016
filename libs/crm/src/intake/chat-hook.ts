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
  file?: { url: string; name: string | null; type: string };
}

export type ChatHook = OutgoingMessage | { kind: 'reaction' | 'typing' | 'other' };

/**
 * Reads a chat hook of version 2. The shape is the vendor's and grows without notice, so every field is taken only when it
 * is what it should be. Null when it is no hook at all.
 */
export function readChatHook(body: unknown): ChatHook | null {
  const hook = objectOf(body);
  if (!hook) return null;
  const action = objectOf(hook.action);
  if (action) return { kind: action.reaction ? 'reaction' : action.typing ? 'typing' : 'other' };
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
    ...(url ? { file: { url, name: textOf(message.file_name), type: textOf(message.type) ?? 'file' } } : {}),
  };
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
