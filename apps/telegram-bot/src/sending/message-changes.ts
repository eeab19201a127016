import { type Api, GrammyError } from 'grammy';
import { telegramConnector } from '#libs/channels';
import type { MessageContent, OutboxItem } from '#libs/chats';
import type { DeliveryRepository } from './delivery.repository.js';

type ReactionTypes = Parameters<Api['setMessageReaction']>[2];

/** Telegram will not do it, now or later: the message is too old, gone, or the emoji is not one of theirs. */
const REFUSED = 400;

/** Changes of messages a client has in Telegram already: managers' edits and reactions. Both set a state, so they may be repeated. */
export class MessageChanges {
  constructor(
    private readonly api: Api,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /**
   * Changes the text where the client has it. What is to be sent instead when Telegram cannot change it (several messages, too
   * old) is returned.
   */
  async edit(item: OutboxItem, chatId: number): Promise<{ messageId: number } | { instead: MessageContent | null }> {
    if (item.body.type !== 'edit') return { instead: null };
    const { seq, message } = item.body;
    const sent = await this.deliveries.messagesAt(item.chatId, seq);
    // It never reached the client: there is nothing to correct.
    if (sent.length === 0) return { instead: null };
    const instead = { text: `Менеджер исправил сообщение:\n${message.text}` };
    const [request, ...more] = telegramConnector.render(message);
    const [messageId] = sent;
    if (sent.length > 1 || more.length > 0 || request?.method !== 'sendMessage' || messageId === undefined)
      return { instead };
    try {
      await this.api.editMessageText(chatId, messageId, request.text, { parse_mode: request.parse_mode });
    } catch (error) {
      if (!(error instanceof GrammyError) || error.error_code !== REFUSED) throw error;
      if (!error.description.includes('message is not modified')) return { instead };
    }
    return { messageId };
  }

  /** Puts an emoji under the message, or takes it away; one Telegram does not have is left out. */
  async react(item: OutboxItem, chatId: number): Promise<void> {
    if (item.body.type !== 'reaction') return;
    const messageId = await this.deliveries.messageAt(item.chatId, item.body.seq);
    if (messageId === null) return;
    const reaction = item.body.on ? ([{ type: 'emoji', emoji: item.body.emoji }] as ReactionTypes) : [];
    try {
      await this.api.setMessageReaction(chatId, messageId, reaction);
    } catch (error) {
      if (!(error instanceof GrammyError) || error.error_code !== REFUSED) throw error;
    }
  }
}
