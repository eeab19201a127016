import type { Author, MessageContent, TranscriptMessage } from './types.js';

export const TRANSCRIPT_COLUMNS = 'seq, author, content, button, in_reply_to, delivery, at';

export interface TranscriptRow {
  seq: number;
  author: Author;
  content: MessageContent;
  button: string | null;
  in_reply_to: string | null;
  delivery: 'cancelled' | 'failed' | null;
  at: Date | string;
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
  return message;
}
