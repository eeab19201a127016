import type { MessageContent, OutboxBody } from '#libs/chats';
import type { ChatsApi } from '../chats-api/client.js';
import type { OurId } from '../chats-api/types.js';
import type { CrmAccount } from './account.js';
import { senderIdOf } from './client-registration.js';
import type { CrmMessages } from './crm-messages.js';
import { messageParts, type SignFile } from './message-parts.js';

/** Carries changes of messages that were mirrored before: edits and reactions. Both set a state, so a repetition does no harm. */
export class MessageChanges {
  constructor(
    private readonly chatsApi: ChatsApi,
    private readonly messages: CrmMessages,
    private readonly sign: SignFile,
    private readonly now: () => Date,
  ) {}

  /**
   * Shows the new text in amoCRM. `content` is the message as the mirror writes it. False when there is no text to change there:
   * the message was never mirrored, or had no text.
   */
  async edit(account: CrmAccount, chatId: string, body: OutboxBody, content: MessageContent): Promise<boolean> {
    if (body.type !== 'edit' || body.before.trim() === '') return false;
    const part = await this.messages.firstPart(chatId, body.seq);
    const [message] = messageParts(content, this.sign);
    if (!part?.ourId || !message) return false;
    await this.chatsApi.edit(account.scopeId, {
      msgid: part.ourId,
      conversation_id: chatId as OurId,
      message,
      at: this.now().getTime(),
    });
    return true;
  }

  /** Shows what the client put under a message, or takes it away. */
  async react(account: CrmAccount, chatId: string, body: OutboxBody): Promise<void> {
    if (body.type !== 'reaction') return;
    const part = await this.messages.firstPart(chatId, body.seq);
    if (!part) return;
    const target = part.ourId ? { msgid: part.ourId } : part.amojoId ? { id: part.amojoId } : null;
    if (!target) return;
    await this.chatsApi.react(account.scopeId, {
      conversation_id: chatId as OurId,
      ...target,
      user: { id: senderIdOf(chatId) },
      type: body.on ? 'react' : 'unreact',
      emoji: body.emoji,
    });
  }
}
