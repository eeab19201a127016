import { createHash } from 'node:crypto';
import type { ChatStore } from '#libs/chats';
import type { CrmAccountStore } from '../mirror/account.js';
import type { CrmChats } from '../mirror/crm-chats.js';
import type { CrmMessages } from '../mirror/crm-messages.js';
import type { ReactionHook } from './chat-hook.js';

/** What managers put under messages goes to the client; what robots and our own imports do does not. */
export class ManagerReactions {
  constructor(
    private readonly chats: ChatStore,
    private readonly accounts: CrmAccountStore,
    private readonly crmChats: CrmChats,
    private readonly messages: CrmMessages,
  ) {}

  /** True when it was sent on; safe to repeat. */
  async handle(hook: ReactionHook): Promise<boolean> {
    const account = await this.accounts.load();
    if (!account?.users.some(({ amojoId }) => amojoId === hook.userId)) return false;
    const chat = await this.crmChats.find({ chatId: hook.chatId, amojoChatId: hook.amojoChatId });
    const seq = chat && (await this.messages.placeOf(chat.chatId, hook.messageId, hook.clientMessageId));
    if (!chat || !seq) return false;
    return this.chats.ingestReaction({
      chatId: chat.chatId,
      author: 'manager',
      id: createHash('sha256')
        .update(JSON.stringify([hook.messageId, hook.userId, hook.emoji, hook.on, hook.at]))
        .digest('hex')
        .slice(0, 32),
      seq,
      emoji: hook.emoji,
      on: hook.on,
    });
  }
}
