import type { AttachmentRef, JsonObject, JsonValue, Owner } from './types.js';

/** A client's message as a connector hands it over, already verified and parsed. */
export interface ClientMessage {
  chatId: string;
  channel: string;
  /** The provider's id of the message, unique in the chat: repeating it is a duplicate. */
  id: string;
  text?: string;
  button?: string;
  attachments?: AttachmentRef[];
  profile?: { name?: string; phone?: string };
  /** How the channel addresses this client when it sends; the newest one is kept. */
  address?: JsonObject;
  /** True for commands (`/start`): they do not wait for the quiet window. Buttons never do. */
  command?: boolean;
}

export interface ManagerMessage {
  chatId: string;
  id: string;
  text: string;
  name?: string;
  attachments?: AttachmentRef[];
  /** Where it was written: a message that came from the CRM is not mirrored back to it. */
  source: 'crm' | 'api';
}

export interface JobResult {
  chatId: string;
  /** The id of the outbox row that asked for the job. */
  jobId: string;
  name: string;
  status: 'completed' | 'failed';
  result?: JsonValue;
  problem?: { code: string; detail: string };
  /** W3C traceparent of the job's span. */
  trace?: string;
}

/** The author has changed the text of a message. */
export interface MessageEdit {
  chatId: string;
  author: 'client' | 'manager';
  /** The provider's id of the message, as it was stored with it. */
  id: string;
  text: string;
  /** Where it was changed: an edit that came from the CRM is not sent back to it. */
  source: 'channel' | 'crm' | 'api';
}

/**
 * What became of an edit: `unknown` message (never stored, or no longer kept), one that cannot be changed (a pressed button), the
 * `same` text as before, or changed.
 */
export type EditOutcome = 'unknown' | 'fixed' | 'same' | 'changed';

/** Put under a message of the other side, or taken away. */
export interface Reaction {
  chatId: string;
  author: 'client' | 'manager';
  /** Derived from the provider's event: repeating it is a duplicate. */
  id: string;
  /** Place of the message in the transcript. */
  seq: number;
  emoji: string;
  on: boolean;
}

/** What became of an incoming message. */
export interface Receipt {
  /** Place in the transcript. */
  seq: number;
  messageId: string;
  duplicate: boolean;
}

export interface OwnerChange {
  owner: Owner;
  epoch: number;
  /** False when the chat was already theirs. */
  changed: boolean;
}
