import type { Response } from 'express';
import { type ApiMessage, normalizeClientText, toApiMessage } from '#libs/channels';
import {
  ChatInputError,
  ChatNotFoundError,
  type ChatStore,
  type ChatView,
  type Owner,
  type TranscriptMessage,
} from '#libs/chats';
import { type FileLinks, type Logger, Problem } from '#libs/platform';
import type { Uploads } from '../uploads/uploads.js';
import type { AcceptedMessageView, AnsweredMessageView, PostMessageBody } from './chats.dto.js';
import { EventStream, StreamLimit } from './event-stream.js';
import { followChat } from './live-events.js';

/** A chat as the caller knows it and as it is stored. */
export interface ChatAddress {
  /** Id in the store: `rest:<key id>:<chatId>` or `web:<visitor>`. */
  inner: string;
  /** Id the caller uses. */
  outer: string;
  channel: 'rest' | 'web';
  /** Whose uploads may be attached. */
  uploader: string;
  /** The page is at our own address: file links stay within it, whatever name it was opened under. */
  relativeLinks?: boolean;
}

/** How long one word that the client types is believed, ms. */
const TYPING_MS = 5_000;

/** What REST and the web chat do with a chat; both are thin controllers over this. */
export class Conversations {
  private readonly streams = new StreamLimit();
  private readonly openStreams = new Set<EventStream>();

  constructor(
    private readonly chats: ChatStore,
    private readonly uploads: Uploads,
    private readonly links: FileLinks,
    private readonly logger: Logger,
  ) {}

  /** Stores a client's message; with `waitMs` waits for the replies and returns them when they are all there. */
  async post(
    address: ChatAddress,
    body: PostMessageBody,
    waitMs: number,
  ): Promise<AcceptedMessageView | AnsweredMessageView> {
    const text = body.text === undefined ? '' : normalizeClientText(body.text);
    const attachments = await this.uploads.resolve(address.uploader, body.attachments ?? []);
    const profile = {
      ...(body.profile?.name && { name: normalizeClientText(body.profile.name) }),
      ...(body.profile?.phone && { phone: normalizeClientText(body.profile.phone) }),
    };
    if (text === '' && body.button === undefined && attachments.length === 0) {
      throw new Problem(400, 'EMPTY_MESSAGE', 'A message has a text, a button or an attachment');
    }
    const { duplicate, seq } = await this.storing(() =>
      this.chats.ingestClientMessage({
        chatId: address.inner,
        channel: address.channel,
        id: body.id,
        ...(text !== '' && { text }),
        ...(body.button !== undefined && { button: body.button }),
        ...(attachments.length > 0 && { attachments }),
        ...(Object.keys(profile).length > 0 && { profile }),
      }),
    );
    const accepted = { chatId: address.outer, messageId: body.id, duplicate };
    if (waitMs === 0) return { ...accepted, seq };
    const wait = { justStored: !duplicate };
    const { done, replies } = await this.chats.waitForReplies(address.inner, body.id, waitMs, wait);
    return done
      ? { ...accepted, seq, replies: replies.map((message) => this.shown(address, message)) }
      : { ...accepted, seq };
  }

  /**
   * Changes the text of a client's message; false when it was the same. Throws Problem CHAT_NOT_FOUND, MESSAGE_NOT_FOUND or
   * MESSAGE_NOT_EDITABLE.
   */
  async edit(address: ChatAddress, messageId: string, text: string): Promise<boolean> {
    await this.state(address);
    const change = { chatId: address.inner, author: 'client' as const, id: messageId, text: normalizeClientText(text) };
    const outcome = await this.storing(() => this.chats.editMessage({ ...change, source: 'api' }));
    if (outcome === 'unknown') throw new Problem(404, 'MESSAGE_NOT_FOUND', 'This chat has no such message');
    if (outcome === 'fixed') throw new Problem(409, 'MESSAGE_NOT_EDITABLE', 'A pressed button cannot be changed');
    return outcome === 'changed';
  }

  /** The client types. Throws Problem CHAT_NOT_FOUND. */
  async typing(address: ChatAddress): Promise<void> {
    if (!(await this.chats.presence.types(address.inner, 'client', TYPING_MS))) throw chatNotFound();
  }

  /** The client has read everything up to `seq`. Throws Problem CHAT_NOT_FOUND. */
  async markRead(address: ChatAddress, seq: number): Promise<void> {
    if (!(await this.chats.presence.read(address.inner, 'client', seq))) await this.state(address);
  }

  /** Transcript after `after`, oldest first. Throws Problem CHAT_NOT_FOUND. */
  async read(address: ChatAddress, after: number, limit: number): Promise<ApiMessage[]> {
    const messages = await this.messagesAfter(address, after, limit);
    if (messages.length === 0) await this.state(address);
    return messages;
  }

  /** Where the chat stands. Throws Problem CHAT_NOT_FOUND. */
  async state(address: ChatAddress): Promise<ChatView> {
    const view = await this.find(address);
    if (!view) throw chatNotFound();
    return { ...view, chatId: address.outer };
  }

  /** Owner of the chat; a chat that does not exist yet is the bot's. */
  async owner(address: ChatAddress): Promise<Owner> {
    return (await this.find(address))?.owner ?? 'bot';
  }

  /** Messages after `after`; none for a chat that does not exist yet. */
  async messagesAfter(address: ChatAddress, after: number, limit: number): Promise<ApiMessage[]> {
    const messages = await this.chats.transcript(address.inner, after, limit);
    return messages.map((message) => this.shown(address, message));
  }

  /** Gives the chat to a manager or back to the bot. Throws Problem CHAT_NOT_FOUND. */
  async changeOwner(address: ChatAddress, owner: Owner): Promise<ChatView> {
    await this.state(address);
    await this.storing(() => this.chats.changeOwner(address.inner, owner, 'api'));
    return this.state(address);
  }

  /** Opens a stream of the chat's events from `after` (undefined: from now on) until the reader leaves. */
  async stream(address: ChatAddress, after: number | undefined, response: Response): Promise<void> {
    if (!this.streams.enter(address.inner)) {
      throw new Problem(429, 'TOO_MANY_STREAMS', 'Too many open event streams', { headers: { 'Retry-After': '5' } });
    }
    const end = new AbortController();
    let view: ChatView | undefined;
    try {
      view = await this.find(address);
    } catch (error) {
      this.streams.leave(address.inner);
      throw error;
    }
    const stream = new EventStream(response);
    this.openStreams.add(stream);
    stream.onClose(() => {
      end.abort();
      this.openStreams.delete(stream);
      this.streams.leave(address.inner);
    });
    stream.send('owner', { owner: view?.owner ?? 'bot' });
    // A chat that begins after this moment is followed from its first message.
    const from = after ?? (view ? undefined : 0);
    const updates = this.chats.subscribe(address.inner, {
      signal: end.signal,
      ...(from !== undefined && { after: from }),
    });
    followChat(updates, stream, (message) => this.shown(address, message))
      .catch((error: unknown) => this.logger.warn({ err: error }, 'an event stream broke'))
      // Whatever ended it, the reader comes back by Last-Event-ID and loses nothing.
      .finally(() => stream.close());
  }

  /** Ends every open stream: readers come back to another process by Last-Event-ID. */
  closeStreams(): void {
    for (const stream of this.openStreams) stream.close();
  }

  private async find(address: ChatAddress): Promise<ChatView | undefined> {
    try {
      return await this.chats.view(address.inner);
    } catch (error) {
      if (error instanceof ChatNotFoundError) return undefined;
      throw error;
    }
  }

  private shown(address: ChatAddress, message: TranscriptMessage): ApiMessage {
    return toApiMessage(message, ({ fileId }) => {
      const link = this.links.sign(fileId);
      if (!address.relativeLinks) return link;
      const { pathname, search } = new URL(link);
      return pathname + search;
    });
  }

  /** The store refuses in its own words; outside they are problems. */
  private async storing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ChatInputError)) throw error;
      throw new Problem(400, error.code.toUpperCase().replaceAll('-', '_'), 'The message cannot be stored', {
        detail: error.message,
      });
    }
  }
}

function chatNotFound(): Problem {
  return new Problem(404, 'CHAT_NOT_FOUND', 'This caller has no such chat');
}
