import type { MessageContent } from '#libs/chats';

/** What a channel can show by itself; what it cannot is written out as text by its renderer. */
export interface ChannelCapabilities {
  buttons: boolean;
  /** `native`: the channel draws cards; `text`: the renderer writes them out as lines. */
  cards: 'native' | 'text';
  attachments: boolean;
  typing: boolean;
}

/** Hard limits of a channel; a renderer never produces anything beyond them. */
export interface ChannelLimits {
  /** UTF-16 code units of visible text in one message, as most messengers count. */
  textLength: number;
  /** UTF-16 code units of a caption under a file. */
  captionLength: number;
  /** Bytes (UTF-8) a button may carry. */
  buttonPayloadBytes: number;
  buttonsPerMessage: number;
  /** Bytes of one file the bot may send. */
  attachmentBytes: number;
}

/**
 * The outgoing half of a channel: what it can show and how a message is written for it. The incoming half is an app's
 * controller or poller, and both halves together are proved by `connectorConformance`.
 *
 * `Wire` is one request to the provider (or one message of our own API); a message may take several, sent in order.
 */
export interface ChannelConnector<Wire> {
  /** `telegram`, `rest`, `web`: the prefix of the chat ids and the outbox target. */
  readonly channel: string;
  readonly capabilities: ChannelCapabilities;
  readonly limits: ChannelLimits;
  /** Pure and total: any message gives at least one request, each within `limits`. The same message gives the same requests. */
  render(message: MessageContent): Wire[];
}
