import type { ChatPace } from './chat-pace.js';
import { EntityError, visibleHtml } from './entities.js';
import { readInlineKeyboard, type SimulatedButton } from './keyboard.js';
import { BotApiRefusal, badRequest, type Parameters, type UploadedFile } from './parameters.js';
import type { UpdateFeed } from './update-feed.js';

/** A message the Bot API accepted from the bot: what the client really has on the screen. */
export interface AcceptedMessage {
  messageId: number;
  chatId: number;
  method: 'sendMessage' | 'sendPhoto' | 'sendDocument';
  /** What the reader sees: the text or the caption without markup. */
  text: string;
  /** As it was sent. */
  source: string;
  keyboard: SimulatedButton[][];
  file?: UploadedFile;
  at: number;
  edited?: true;
}

/** A file a client has sent to the bot. */
export interface StoredFile {
  fileId: string;
  path: string;
  bytes: Buffer;
}

/** Some of the emoji Telegram lets bots react with. */
const EMOJI = new Set(['👍', '👎', '❤', '🔥', '🎉', '😁', '🙏', '👌', '🤔']);
const DOWNLOAD_LIMIT = 20 * 1024 * 1024;
const DOCUMENT_LIMIT = 50 * 1024 * 1024;
const PHOTO_LIMIT = 10 * 1024 * 1024;

/** The methods of the Bot API our bot may call, with the checks the real one makes. */
export class BotApi {
  private nextMessageId = 1000;
  /** Chats whose client has pressed Start: only there may a bot write. */
  readonly knownChats = new Set<number>();
  readonly blockedChats = new Set<number>();
  /** Accepted messages, in order of acceptance. */
  readonly accepted: AcceptedMessage[] = [];
  /** Every message of a chat, `<chat>:<message>`, and the bot's reactions under some. */
  readonly knownMessages = new Set<string>();
  readonly reactions = new Map<string, string[]>();
  /** Chat actions («печатает…»). */
  readonly actions: { chatId: number; action: string }[] = [];
  /** Callback queries waiting for answerCallbackQuery → answered or not. */
  readonly callbacks = new Map<string, { answered: boolean }>();
  readonly files = new Map<string, StoredFile>();

  constructor(
    private readonly feed: UpdateFeed,
    private readonly pace: ChatPace,
    private readonly bot: { id: number; username: string },
  ) {}

  takeMessageId(): number {
    return this.nextMessageId++;
  }

  async call(method: string, parameters: Parameters): Promise<unknown> {
    switch (method.toLowerCase()) {
      case 'getme':
        return {
          id: this.bot.id,
          is_bot: true,
          first_name: 'WeWall AI',
          username: this.bot.username,
          can_join_groups: true,
        };
      case 'getupdates':
        return this.getUpdates(parameters);
      case 'setwebhook':
        return this.setWebhook(parameters);
      case 'deletewebhook':
        this.feed.setWebhook(null, parameters.text('drop_pending_updates') === 'true');
        return true;
      case 'getwebhookinfo':
        return {
          url: this.feed.webhookInfo?.url ?? '',
          has_custom_certificate: false,
          pending_update_count: this.feed.pending,
        };
      case 'sendmessage':
        return this.sendMessage(parameters);
      case 'sendphoto':
        return this.sendFile('sendPhoto', 'photo', PHOTO_LIMIT, parameters);
      case 'senddocument':
        return this.sendFile('sendDocument', 'document', DOCUMENT_LIMIT, parameters);
      case 'editmessagetext':
        return this.editMessageText(parameters);
      case 'setmessagereaction':
        return this.setMessageReaction(parameters);
      case 'sendchataction':
        return this.sendChatAction(parameters);
      case 'answercallbackquery':
        return this.answerCallbackQuery(parameters);
      case 'getfile':
        return this.getFile(parameters);
      default:
        throw new BotApiRefusal(404, 'Not Found: method not found');
    }
  }

  private getUpdates(parameters: Parameters): Promise<unknown> {
    const limit = Math.min(100, Math.max(1, parameters.integer('limit') ?? 100));
    const timeout = Math.min(50, Math.max(0, parameters.integer('timeout') ?? 0));
    return this.feed.getUpdates(parameters.integer('offset'), limit, timeout);
  }

  private setWebhook(parameters: Parameters): true {
    const url = parameters.text('url') ?? '';
    if (url === '') {
      this.feed.setWebhook(null, false);
      return true;
    }
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    // Plain HTTP is for tests on the loopback address only; the real API demands HTTPS everywhere.
    const loopback = parsed?.protocol === 'http:' && parsed.hostname === '127.0.0.1';
    if (parsed?.protocol !== 'https:' && !loopback)
      throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
    const secretToken = parameters.text('secret_token');
    if (secretToken !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secretToken)) {
      throw badRequest('secret token contains unallowed characters');
    }
    this.feed.setWebhook(
      { url, ...(secretToken !== undefined && { secretToken }) },
      parameters.text('drop_pending_updates') === 'true',
    );
    return true;
  }

  /** The chat a message goes to; refuses unknown, blocked and hurried chats in the order the real API does. */
  private writableChat(parameters: Parameters): number {
    const chatId = parameters.integer('chat_id');
    if (chatId === undefined) throw badRequest('chat_id is empty');
    if (!this.knownChats.has(chatId)) throw badRequest('chat not found');
    if (this.blockedChats.has(chatId)) throw new BotApiRefusal(403, 'Forbidden: bot was blocked by the user');
    return chatId;
  }

  private visible(source: string, parseMode: string | undefined): string {
    if (parseMode === undefined || parseMode === '') return source;
    if (parseMode.toLowerCase() !== 'html') throw badRequest('unsupported parse_mode');
    try {
      return visibleHtml(source);
    } catch (error) {
      if (error instanceof EntityError) throw badRequest(error.message);
      throw error;
    }
  }

  private sendMessage(parameters: Parameters): unknown {
    const chatId = this.writableChat(parameters);
    const source = parameters.text('text') ?? '';
    const text = this.visible(source, parameters.text('parse_mode'));
    if (text.trim() === '') throw badRequest('message text is empty');
    if (text.length > 4096) throw badRequest('message is too long');
    return this.accept({
      chatId,
      method: 'sendMessage',
      text,
      source,
      keyboard: readInlineKeyboard(parameters.object('reply_markup')),
    });
  }

  private sendFile(
    method: 'sendPhoto' | 'sendDocument',
    field: string,
    limit: number,
    parameters: Parameters,
  ): unknown {
    const chatId = this.writableChat(parameters);
    const file = parameters.file(field);
    if (!file) throw badRequest(`there is no ${field} in the request`);
    if (file.bytes.length === 0) throw badRequest('file must be non-empty');
    if (file.bytes.length > limit) throw new BotApiRefusal(413, 'Request Entity Too Large');
    const source = parameters.text('caption') ?? '';
    const text = this.visible(source, parameters.text('parse_mode'));
    if (text.length > 1024) throw badRequest('message caption is too long');
    return this.accept({
      chatId,
      method,
      text,
      source,
      keyboard: readInlineKeyboard(parameters.object('reply_markup')),
      file,
    });
  }

  private accept(message: Omit<AcceptedMessage, 'messageId' | 'at'>): unknown {
    this.pace.take(message.chatId);
    const accepted = { ...message, messageId: this.takeMessageId(), at: Date.now() };
    this.accepted.push(accepted);
    this.knownMessages.add(`${accepted.chatId}:${accepted.messageId}`);
    return {
      message_id: accepted.messageId,
      date: Math.floor(accepted.at / 1000),
      chat: { id: accepted.chatId, type: 'private' },
      from: { id: this.bot.id, is_bot: true, first_name: 'WeWall AI' },
      ...(message.method === 'sendMessage' ? { text: message.text } : { caption: message.text }),
    };
  }

  /** Only a bot's own text, and only while it differs. */
  private editMessageText(parameters: Parameters): unknown {
    const chatId = this.writableChat(parameters);
    const message = this.accepted.find(
      (one) =>
        one.chatId === chatId && one.messageId === parameters.integer('message_id') && one.method === 'sendMessage',
    );
    if (!message) throw badRequest('message to edit not found');
    const source = parameters.text('text') ?? '';
    const text = this.visible(source, parameters.text('parse_mode'));
    if (text.trim() === '') throw badRequest('message text is empty');
    if (text.length > 4096) throw badRequest('message is too long');
    if (text === message.text) throw badRequest('message is not modified');
    message.text = text;
    message.source = source;
    message.edited = true;
    return { message_id: message.messageId, date: Math.floor(message.at / 1000), chat: { id: chatId }, text };
  }

  private setMessageReaction(parameters: Parameters): true {
    const chatId = this.writableChat(parameters);
    const messageId = parameters.integer('message_id') ?? 0;
    if (!this.knownMessages.has(`${chatId}:${messageId}`)) throw badRequest('message to react not found');
    const reactions = (parameters.object('reaction') ?? []) as { type?: string; emoji?: string }[];
    if (reactions.some(({ type, emoji }) => type !== 'emoji' || !EMOJI.has(emoji ?? ''))) {
      throw badRequest('REACTION_INVALID');
    }
    this.reactions.set(
      `${chatId}:${messageId}`,
      reactions.map(({ emoji }) => emoji ?? ''),
    );
    return true;
  }

  private sendChatAction(parameters: Parameters): true {
    const chatId = this.writableChat(parameters);
    const action = parameters.text('action') ?? '';
    if (
      !/^(typing|upload_(photo|document|video|voice)|record_(video|voice)|choose_sticker|find_location)$/.test(action)
    ) {
      throw badRequest('wrong parameter action in request');
    }
    this.actions.push({ chatId, action });
    return true;
  }

  private answerCallbackQuery(parameters: Parameters): true {
    const query = this.callbacks.get(parameters.text('callback_query_id') ?? '');
    if (!query) throw badRequest('query is too old and response timeout expired or query ID is invalid');
    if ((parameters.text('text') ?? '').length > 200) throw badRequest('MESSAGE_TOO_LONG');
    query.answered = true;
    return true;
  }

  private getFile(parameters: Parameters): unknown {
    const file = this.files.get(parameters.text('file_id') ?? '');
    if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
    if (file.bytes.length > DOWNLOAD_LIMIT) throw badRequest('file is too big');
    return {
      file_id: file.fileId,
      file_unique_id: `u${file.fileId}`,
      file_size: file.bytes.length,
      file_path: file.path,
    };
  }
}
