import type { AttachmentRef, Author, Button, Card, MessageContent, TranscriptMessage } from '#libs/chats';
import type { ChannelConnector } from './connector.js';

/** What the REST API and the web chat show of a message; the shape promised in the API contract. */
export interface ApiMessage {
  /** Position in the transcript, from 1, without gaps. */
  seq: number;
  author: Author;
  text: string;
  /** Payload of the button the client pressed. */
  button?: string;
  buttons?: Button[];
  cards?: Card[];
  attachments?: { name: string; url: string; contentType: string }[];
  /** ISO timestamp. */
  at: string;
  /** When its author last changed the text; ISO timestamp. */
  editedAt?: string;
  /** The caller's id of the message this one answers. */
  inReplyTo?: string;
}

/** Our own API carries messages whole; the sums of these limits bound an answer, not a provider. */
const LIMITS = {
  textLength: 100_000,
  captionLength: 100_000,
  buttonPayloadBytes: 64,
  buttonsPerMessage: 100,
  attachmentBytes: 100 * 1024 * 1024,
} as const;

function apiConnector(channel: 'rest' | 'web'): ChannelConnector<MessageContent> {
  return {
    channel,
    capabilities: { buttons: true, cards: 'native', attachments: true, typing: true },
    limits: LIMITS,
    render: (message) => [message],
  };
}

/** REST for partners: the client polls or listens, so nothing is sent and the message stays data. */
export const restConnector = apiConnector('rest');
/** The web chat: the same messages over the same transcript. */
export const webConnector = apiConnector('web');

/** A transcript row as the API shows it. Files become links of `fileUrl` (signed, short-lived); absent parts stay absent. */
export function toApiMessage(message: TranscriptMessage, fileUrl: (file: AttachmentRef) => string): ApiMessage {
  const { seq, author, text, button, buttons, cards, attachments, at, editedAt, inReplyTo } = message;
  return {
    seq,
    author,
    text,
    ...(button !== undefined && { button }),
    ...(buttons &&
      buttons.length > 0 && { buttons: buttons.map((button) => ({ text: button.text, payload: button.payload })) }),
    ...(cards && cards.length > 0 && { cards }),
    ...(attachments &&
      attachments.length > 0 && {
        attachments: attachments.map((file) => ({
          name: file.name,
          url: fileUrl(file),
          contentType: file.contentType,
        })),
      }),
    at,
    ...(editedAt !== undefined && { editedAt }),
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
}
