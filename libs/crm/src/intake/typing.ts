import type { ChatPresence } from '#libs/chats';
import type { ChatsApi } from '../chats-api/client.js';
import type { OurId } from '../chats-api/types.js';
import type { CrmAccountStore } from '../mirror/account.js';
import { senderIdOf } from '../mirror/client-registration.js';
import type { CrmChats } from '../mirror/crm-chats.js';
import type { TypingHook } from './chat-hook.js';

/** Longest a single hook is believed, ms; theirs lasts 5 s. */
const LONGEST_MS = 15_000;
/** How long amoCRM shows a client as typing, ms. */
const SHOWN_MS = 5_000;

/** Typing both ways: managers' to the client's channel, clients' to amoCRM. Nothing is kept and nothing repeated. */
export class TypingRelay {
  constructor(
    private readonly presence: ChatPresence,
    private readonly chatsApi: ChatsApi,
    private readonly accounts: CrmAccountStore,
    private readonly crmChats: CrmChats,
    private readonly now: () => number = Date.now,
  ) {}

  /** A manager types; robots and strangers do not count. */
  async managerTypes(hook: TypingHook): Promise<void> {
    const account = await this.accounts.load();
    if (!account?.users.some(({ amojoId }) => amojoId === hook.userId)) return;
    const chat = await this.crmChats.find({ chatId: hook.chatId, amojoChatId: hook.amojoChatId });
    const ms = Math.min(LONGEST_MS, hook.until - this.now());
    if (chat && ms > 0) await this.presence.types(chat.chatId, 'manager', ms);
  }

  /** Shows amoCRM the clients who type to a manager; returns how many. Throws what the client throws. */
  async tellOfClients(): Promise<number> {
    const account = await this.accounts.load();
    if (!account) return 0;
    const typing = await this.presence.toTell('client', { everyMs: SHOWN_MS });
    for (const { chatId } of typing) {
      await this.chatsApi.typing(account.scopeId, chatId as OurId, senderIdOf(chatId), SHOWN_MS);
    }
    return typing.length;
  }
}
