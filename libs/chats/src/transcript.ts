import type { Author, MessageContent, TranscriptMessage } from './types.js';

export const TRANSCRIPT_COLUMNS = 'seq, author, content, button, in_reply_to, delivery, at, edited_at';

export interface TranscriptRow {
  seq: number;
  author: Author;
  content: MessageContent;
  button: string | null;
  in_reply_to: string | null;
  delivery: 'cancelled' | 'failed' | null;
  at: Date | string;
  /** Absent where it is not asked for: replies of the bot are never edited. */
  edited_at?: Date | string | null;
}

/** A row of the transcript as the outside sees it. */
export function transcriptMessage(row: TranscriptRow): TranscriptMessage {
  const message: TranscriptMessage = {
    ...row.content,
    seq: row.seq,
    author: row.author,
    at: new Date(row.at).toISOString(),
  };
  if (row.button !== null) message.button = row.button;
  if (row.in_reply_to !== null) message.inReplyTo = row.in_reply_to;
  if (row.delivery !== null) message.delivery = row.delivery;
  if (row.edited_at) message.editedAt = new Date(row.edited_at).toISOString();
  return message;
}
