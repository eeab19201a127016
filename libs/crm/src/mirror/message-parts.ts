import type { AttachmentRef, Card, MessageContent } from '#libs/chats';
import type { ChatMessage, ChatMessageType } from '../chats-api/types.js';

/** A stored file as a public address that works for a short time. */
export type SignFile = (fileId: string) => string;

/**
 * What amoCRM shows of one message of ours: the text with cards and buttons written out, then every attachment as a message
 * of its own (they take one file a message). At least one part.
 */
export function messageParts(message: MessageContent, sign: SignFile): ChatMessage[] {
  const text = [message.text.trim(), ...(message.cards ?? []).map(cardText), buttonLine(message)].filter(Boolean);
  const files = (message.attachments ?? []).map((file) => filePart(file, sign));
  if (text.length === 0 && files.length > 0) return files;
  return [{ type: 'text', text: text.join('\n\n') || '—' }, ...files];
}

function cardText(card: Card): string {
  const rows = card.rows.map(({ label, value }) => `${label}: ${value}`);
  return [card.title, ...(card.subtitle ? [card.subtitle] : []), ...rows].join('\n');
}

function buttonLine({ buttons }: MessageContent): string {
  return buttons?.length ? `Кнопки: ${buttons.map(({ text }) => `[${text}]`).join(' ')}` : '';
}

function filePart(file: AttachmentRef, sign: SignFile): ChatMessage {
  return { type: fileType(file.contentType), media: sign(file.fileId), file_name: file.name, file_size: file.size };
}

function fileType(contentType: string): ChatMessageType {
  const kind = contentType.split('/')[0];
  if (kind === 'image' && contentType !== 'image/svg+xml') return 'picture';
  return kind === 'video' || kind === 'audio' ? kind : 'file';
}
