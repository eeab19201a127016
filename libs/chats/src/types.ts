/** JSON that may be stored in a state, an event or an effect. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Who speaks to the client in a chat. */
export type Owner = 'bot' | 'manager';
export type Author = 'client' | 'bot' | 'manager';

export interface Button {
  text: string;
  /** `scenario.action` or `scenario.action:argument`, at most 64 bytes (Telegram's limit). */
  payload: string;
}

/** A lot, a recap or a result shown as a titled list of facts. */
export interface Card {
  title: string;
  subtitle?: string;
  rows: { label: string; value: string }[];
  imageUrl?: string;
}

/** A reference to a stored file; bytes never travel in events, states or queues. */
export interface AttachmentRef {
  fileId: string;
  name: string;
  contentType: string;
  size: number;
}

/** What is said in one message, whoever says it. */
export interface MessageContent {
  text: string;
  buttons?: Button[];
  cards?: Card[];
  attachments?: AttachmentRef[];
}

/** One row of the transcript of a chat; `seq` grows by one without gaps. */
export interface TranscriptMessage extends MessageContent {
  seq: number;
  author: Author;
  /** ISO timestamp. */
  at: string;
  /** Id of the client's message a reply answers (the caller's own id). */
  inReplyTo?: string;
  /** Payload of the pressed button when the client pressed one. */
  button?: string;
  /** Set when the message did not reach the client: overtaken by a manager, or refused by the channel. */
  delivery?: 'cancelled' | 'failed';
  /** When its author last changed the text. */
  editedAt?: string;
}

/** An event in a chat's mailbox; `trace` is the W3C traceparent of the span that stored it, while tracing is on. */
export type ChatEvent = { trace?: string } & (
  | {
      kind: 'client';
      /** The provider's id of the message, unique in the chat. */
      id: string;
      at: string;
      text?: string;
      button?: string;
      attachments?: AttachmentRef[];
      profile?: { name?: string; phone?: string };
      /** The client has changed the text of a message that had been read already. */
      edit?: { of: string; before: string };
    }
  | { kind: 'manager'; id: string; at: string; text: string; name?: string; attachments?: AttachmentRef[] }
  | { kind: 'owner'; id: string; at: string; owner: Owner; reason: string }
  | {
      kind: 'job';
      id: string;
      at: string;
      /** Id of the job as derived from (chat, turn, index). */
      jobId: string;
      name: string;
      status: 'completed' | 'failed';
      result?: JsonValue;
      problem?: { code: string; detail: string };
    }
  | { kind: 'timer'; id: string; at: string; name: string; data?: JsonObject }
);

/** What a turn asks the world to do; carried out by the outbox after the commit, never by a node. */
export type Effect =
  /**
   * `besideManager`: said though a manager owns the chat, to a client who waits for him; it is dropped when he has written
   * meanwhile.
   */
  | { type: 'reply'; message: MessageContent; besideManager?: true }
  /** A CPU-bound job; its result returns as a `job` event. */
  | { type: 'job'; name: string; payload: JsonValue }
  /** The chat goes to a manager: ownership changes in the commit itself. */
  | { type: 'handoff'; reason: string; recap: string }
  /** The client waits for a manager no longer: the chat goes back to the bot in the commit itself, if nobody has taken it anew. */
  | { type: 'return'; reason: string }
  /** Something for the CRM: lead fields, contact, stage, note, task. Interpreted by `libs/crm`; nothing is lost without one. */
  | {
      type: 'crm';
      name: 'contact' | 'slots' | 'stage' | 'note' | 'task' | 'owner';
      data: JsonObject;
      /** Also while a manager owns the chat. */
      besideManager?: true;
    }
  /** Wakes the chat with a `timer` event later; a timer of the same name replaces the earlier one. */
  | { type: 'timer'; name: string; afterMs: number; data?: JsonObject; besideManager?: true }
  | { type: 'cancel-timer'; name: string }
  /** What somebody said pictures show; kept to train on, tied to no chat. */
  | { type: 'label'; labels: PictureLabel[] };

/** One answer about a stored picture: `fit-out` is `shell`, `kind` is `plan`. */
export interface PictureLabel {
  fileId: string;
  set: string;
  label: string;
  author: 'client' | 'manager';
}

/** What a chat looks like from outside: GET /api/v1/chats/{chatId}. */
export interface ChatView {
  chatId: string;
  channel: string;
  owner: Owner;
  scenario: string | null;
  step: string | null;
  slots: JsonObject;
  updatedAt: string;
}
