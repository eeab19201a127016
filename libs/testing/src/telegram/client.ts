import type { BotApi } from './bot-api.js';
import type { TelegramUpdate, UpdateFeed } from './update-feed.js';

export interface SimulatedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** A person with Telegram on the phone, talking to the bot in a private chat. */
export class TelegramClient {
  constructor(
    readonly chatId: number,
    private readonly api: BotApi,
    private readonly feed: UpdateFeed,
    private readonly nextUpdateId: () => number,
    private readonly name = 'Иван',
  ) {
    api.knownChats.add(chatId);
  }

  /** Sends a text; returns the update as the bot will get it. */
  says(text: string): TelegramUpdate {
    return this.message({
      text,
      ...(text.startsWith('/') && {
        entities: [{ type: 'bot_command', offset: 0, length: text.split(/\s/)[0]?.length }],
      }),
    });
  }

  /** Edits an earlier text. */
  edits(messageId: number, text: string): TelegramUpdate {
    return this.push({ edited_message: { ...this.envelope(), message_id: messageId, edit_date: this.now(), text } });
  }

  /** Puts emoji under a message; `before` were there. */
  reacts(messageId: number, after: string[], before: string[] = []): TelegramUpdate {
    const emoji = (list: string[]) => list.map((one) => ({ type: 'emoji', emoji: one }));
    return this.push({
      message_reaction: {
        chat: this.chat(),
        message_id: messageId,
        user: this.person(),
        date: this.now(),
        old_reaction: emoji(before),
        new_reaction: emoji(after),
      },
    });
  }

  /** Presses a button under a message of the bot; throws when the bot never showed it to this client. */
  presses(callbackData: string): TelegramUpdate {
    const message = this.api.accepted.findLast(
      (accepted) =>
        accepted.chatId === this.chatId &&
        accepted.keyboard.flat().some((button) => button.callbackData === callbackData),
    );
    if (!message) throw new Error(`the bot has shown no button "${callbackData}" in chat ${this.chatId}`);
    const updateId = this.nextUpdateId();
    const id = `cb${updateId}`;
    this.api.callbacks.set(id, { answered: false });
    return this.push(
      {
        callback_query: {
          id,
          from: this.person(),
          chat_instance: '1',
          data: callbackData,
          message: { message_id: message.messageId, date: this.now(), chat: this.chat(), text: message.text },
        },
      },
      updateId,
    );
  }

  sendsPhoto(bytes: Buffer, caption?: string, mediaGroupId?: string): TelegramUpdate {
    const small = this.store({ name: 'small.jpg', contentType: 'image/jpeg', bytes: bytes.subarray(0, 16) });
    const large = this.store({ name: 'photo.jpg', contentType: 'image/jpeg', bytes });
    return this.message({
      photo: [
        { file_id: small, file_unique_id: `u${small}`, width: 90, height: 60, file_size: 16 },
        { file_id: large, file_unique_id: `u${large}`, width: 1280, height: 853, file_size: bytes.length },
      ],
      ...(caption !== undefined && { caption }),
      ...(mediaGroupId !== undefined && { media_group_id: mediaGroupId }),
    });
  }

  sendsDocument(file: SimulatedFile, caption?: string): TelegramUpdate {
    const id = this.store(file);
    return this.message({
      document: {
        file_id: id,
        file_unique_id: `u${id}`,
        file_name: file.name,
        mime_type: file.contentType,
        file_size: file.bytes.length,
      },
      ...(caption !== undefined && { caption }),
    });
  }

  sendsVoice(bytes: Buffer): TelegramUpdate {
    const id = this.store({ name: 'voice.oga', contentType: 'audio/ogg', bytes });
    return this.message({
      voice: { file_id: id, file_unique_id: `u${id}`, duration: 3, mime_type: 'audio/ogg', file_size: bytes.length },
    });
  }

  sharesContact(phone: string): TelegramUpdate {
    return this.message({ contact: { phone_number: phone, first_name: this.name, user_id: this.chatId } });
  }

  blocksBot(): void {
    this.api.blockedChats.add(this.chatId);
    this.push({
      my_chat_member: {
        chat: this.chat(),
        from: this.person(),
        date: this.now(),
        old_chat_member: { status: 'member', user: { id: 1, is_bot: true, first_name: 'b' } },
        new_chat_member: { status: 'kicked', user: { id: 1, is_bot: true, first_name: 'b' }, until_date: 0 },
      },
    });
  }

  /** What the client sees of the bot's messages, in order. */
  sees(): string[] {
    return this.api.accepted.filter(({ chatId }) => chatId === this.chatId).map(({ text }) => text);
  }

  private store({ name, bytes }: SimulatedFile): string {
    const fileId = `file${this.api.files.size + 1}`;
    this.api.files.set(fileId, { fileId, path: `documents/${fileId}_${encodeURIComponent(name)}`, bytes });
    return fileId;
  }

  private message(content: Record<string, unknown>): TelegramUpdate {
    return this.push({ message: { ...this.envelope(), ...content } });
  }

  private push(body: Record<string, unknown>, updateId = this.nextUpdateId()): TelegramUpdate {
    const update = { update_id: updateId, ...body };
    this.feed.push(this.chatId, update);
    return update;
  }

  private envelope() {
    const messageId = this.api.takeMessageId();
    this.api.knownMessages.add(`${this.chatId}:${messageId}`);
    return { message_id: messageId, date: this.now(), chat: this.chat(), from: this.person() };
  }

  private chat() {
    return { id: this.chatId, type: 'private', first_name: this.name };
  }

  private person() {
    return { id: this.chatId, is_bot: false, first_name: this.name, language_code: 'ru' };
  }

  private now(): number {
    return Math.floor(Date.now() / 1000);
  }
}
