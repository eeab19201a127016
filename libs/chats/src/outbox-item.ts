import type { Author, JsonObject, JsonValue, MessageContent, PictureLabel } from './types.js';

/** What an outbox row carries to its target; `trace` is the W3C traceparent of the turn, while tracing is on. */
export type OutboxBody = { trace?: string } & (
  | {
      type: 'message';
      author: Author;
      seq: number;
      message: MessageContent;
      button?: string;
      inReplyTo?: string;
      profile?: JsonObject;
    }
  | { type: 'job'; name: string; payload: JsonValue }
  | { type: 'label'; labels: PictureLabel[] }
  | { type: 'crm'; name: string; data: JsonObject }
  | { type: 'handoff'; reason: string; recap: string }
  /** The author has changed a message that went out before. */
  | { type: 'edit'; author: Author; seq: number; message: MessageContent; before: string }
  /** Put under a message, or taken away. */
  | { type: 'reaction'; author: Author; seq: number; emoji: string; on: boolean }
);

/** One row on its way out. `id` is the idempotency key: the same for every attempt. */
export interface OutboxItem {
  id: string;
  chatId: string;
  channel: string;
  /** How the channel addresses the client; set by the connector at ingest. */
  address: JsonObject;
  target: string;
  author: Author | 'system';
  body: OutboxBody;
  /** 1 for the first attempt. */
  attempt: number;
  /** W3C traceparent of this attempt, while tracing is on. */
  trace?: string;
}
