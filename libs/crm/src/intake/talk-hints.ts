import type { ChatPresence, ChatStore } from '#libs/chats';
import type { ChatLog } from '../mirror/chat-log.js';
import type { CrmChats } from '../mirror/crm-chats.js';
import type { RestApi } from '../rest-api/rest-api.js';

/**
 * Closing a talk gives the chat back to the bot, reading it shows the client that his messages were read. A hook is only a hint: the talk is read again, and one that was closed
 * before the manager's last message gives nothing back (hooks are repeated and come late).
 */
export class TalkHints {
  constructor(
    private readonly rest: RestApi,
    private readonly crmChats: CrmChats,
    private readonly chats: ChatStore,
    private readonly presence: ChatPresence,
    private readonly log: ChatLog,
  ) {}

  /** True when the chat went back to the bot. */
  async look(talkId: number): Promise<boolean> {
    const talk = await this.rest.talk(talkId);
    const chat = talk && (await this.crmChats.find({ amojoChatId: talk.chat_id }));
    if (!talk || !chat) return false;
    if (talk.is_read) {
      const seq = await this.log.lastBefore(chat.chatId, talk.updated_at * 1_000 + 999);
      if (seq !== null) await this.presence.read(chat.chatId, 'manager', seq);
    }
    if (talk.is_in_work) return false;
    // Their talks carry seconds, messages milliseconds: a message of the same second was there before the closing.
    if (await this.crmChats.hasManagerWrittenAfter(chat.chatId, talk.updated_at * 1_000 + 999)) return false;
    return (await this.chats.changeOwner(chat.chatId, 'bot', 'talk-closed')).changed;
  }
}
