import { type AttachmentRef, ChatInputError, type ChatStore } from '#libs/chats';
import type { ChatsApi } from '../chats-api/client.js';
import type { CrmAccount, CrmAccountStore, CrmUser } from '../mirror/account.js';
import { readUsers } from '../mirror/account-setup.js';
import type { CrmChats } from '../mirror/crm-chats.js';
import type { CrmMessages } from '../mirror/crm-messages.js';
import type { RestApi } from '../rest-api/rest-api.js';
import type { OutgoingMessage } from './chat-hook.js';

/** The file can never be had; `reason` is told to the manager. */
export class ManagerFileError extends Error {
  override readonly name = 'ManagerFileError';

  constructor(readonly reason: string) {
    super(`a manager's file is unavailable: ${reason}`);
  }
}

/** Copies a manager's file into our store. Throws ManagerFileError when trying again is pointless. */
export interface ManagerFiles {
  fetch(file: { url: string; name: string | null; type: string }): Promise<AttachmentRef>;
}

/** The entry is to be looked at again a little later. */
export class NotYetError extends Error {
  override readonly name = 'NotYetError';
}

export interface ManagerMessagesParts {
  chats: ChatStore;
  chatsApi: ChatsApi;
  rest: RestApi;
  accounts: CrmAccountStore;
  crmChats: CrmChats;
  messages: CrmMessages;
  files: ManagerFiles;
  botId: string;
  /** What a manager writes to give the chat back to the bot; said to nobody. */
  resumePhrases: readonly string[];
  /** What silences the bot without a word to the client. */
  stopPhrases: readonly string[];
}

/** What became of a message written on amoCRM's side. */
export type MessageOutcome = 'echo' | 'robot' | 'resumed' | 'stopped' | 'taken' | 'edited' | 'known' | 'unknown-chat';

/** How often the list of users is asked for because of an unknown author, ms. */
const USERS_PAUSE_MS = 60_000;

/**
 * Messages written on amoCRM's side. Our own come back and are recognised by their ids, robots are neither managers nor
 * clients; a manager's message takes the chat before anything slow is done, then goes to the client.
 */
export class ManagerMessages {
  private usersAskedAt = 0;

  constructor(private readonly parts: ManagerMessagesParts) {}

  async handle(message: OutgoingMessage): Promise<MessageOutcome> {
    const { crmChats, messages, chats } = this.parts;
    if (message.senderId === this.parts.botId) return 'echo';
    if (await messages.isOurs(message.id, message.clientId)) return 'echo';
    const taken = await messages.takenInto(message.id);
    if (taken !== null) return this.change(taken, message);
    const author = await this.managerOf(message.senderId);
    if (!author) return 'robot';
    const chat = await crmChats.find({ chatId: message.chatId, amojoChatId: message.amojoChatId });
    if (!chat) {
      await this.refuse(message, 904, 'Клиент ещё не писал боту: первым написать нельзя');
      return 'unknown-chat';
    }
    if (await messages.hasManagerPartOnTheWay(chat.chatId)) {
      throw new NotYetError('it may be the echo of a message on its way');
    }
    await crmChats.managerWrote(chat.chatId, message.at);
    const order = message.file ? null : this.orderOf(message.text);
    if (order) {
      await chats.changeOwner(chat.chatId, order, order === 'bot' ? 'resume-phrase' : 'stop-phrase');
      await messages.received({ amojoId: message.id, chatId: chat.chatId, seq: null, at: message.at });
      return order === 'bot' ? 'resumed' : 'stopped';
    }
    // A file takes time to fetch: the bot falls silent first.
    if (message.file) await chats.changeOwner(chat.chatId, 'manager', 'amocrm');
    const content = await this.contentOf(message);
    try {
      const { seq } = await chats.ingestManagerMessage({
        chatId: chat.chatId,
        id: `amo:${message.id}`,
        name: author.name,
        source: 'crm',
        ...content,
      });
      await messages.received({ amojoId: message.id, chatId: chat.chatId, seq, at: message.at });
    } catch (error) {
      if (!(error instanceof ChatInputError)) throw error;
      await chats.changeOwner(chat.chatId, 'manager', 'amocrm');
      await this.refuse(message, 905, 'Сообщение пустое или слишком длинное: до 10 000 знаков');
    }
    return 'taken';
  }

  private async contentOf(message: OutgoingMessage): Promise<{ text: string; attachments?: AttachmentRef[] }> {
    if (!message.file) return { text: message.text };
    try {
      return { text: message.text, attachments: [await this.parts.files.fetch(message.file)] };
    } catch (error) {
      if (!(error instanceof ManagerFileError)) throw error;
      const name = message.file.name ?? 'без имени';
      return { text: `${message.text}\n[Файл «${name}» не получен: ${error.reason}]`.trim() };
    }
  }

  /** A message that was taken before comes again: with another text it was changed. Files are not. */
  private async change(chatId: string, message: OutgoingMessage): Promise<MessageOutcome> {
    if (message.file || message.text.trim() === '') return 'known';
    const edit = {
      chatId,
      author: 'manager' as const,
      id: `amo:${message.id}`,
      text: message.text,
      source: 'crm' as const,
    };
    try {
      return (await this.parts.chats.editMessage(edit)) === 'changed' ? 'edited' : 'known';
    } catch (error) {
      // Too long for a chat of ours: the client keeps what he was told.
      if (!(error instanceof ChatInputError)) throw error;
      return 'known';
    }
  }

  /** Words meant for the bot, said to nobody: who is to have the chat. */
  private orderOf(text: string): 'bot' | 'manager' | null {
    const said = plain(text);
    const isOneOf = (phrases: readonly string[]) => phrases.some((phrase) => plain(phrase) === said);
    if (isOneOf(this.parts.resumePhrases)) return 'bot';
    return isOneOf(this.parts.stopPhrases) ? 'manager' : null;
  }

  private async refuse(message: OutgoingMessage, errorCode: 904 | 905, error: string): Promise<void> {
    const account = await this.parts.accounts.load();
    if (!account) return;
    await this.parts.chatsApi.reportDelivery(account.scopeId, message.id, { status: -1, errorCode, error });
  }

  /** A user of the account. A new colleague is found by asking again, at most once a minute. */
  private async managerOf(amojoId: string): Promise<CrmUser | undefined> {
    const account = await this.parts.accounts.load();
    const known = account?.users.find((user) => user.amojoId === amojoId);
    if (known || !account || Date.now() - this.usersAskedAt < USERS_PAUSE_MS) return known;
    this.usersAskedAt = Date.now();
    const refreshed: CrmAccount = { ...account, users: await readUsers(this.parts.rest) };
    await this.parts.accounts.save(refreshed);
    return refreshed.users.find((user) => user.amojoId === amojoId);
  }
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
