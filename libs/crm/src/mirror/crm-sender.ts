import {
  type OutboxBody,
  type OutboxItem,
  type Reconciliation,
  SendRetryAfterError,
  SendUnavailableError,
  type TargetSender,
} from '#libs/chats';
import { derivedId } from '#libs/platform';
import type { ChatsApi } from '../chats-api/client.js';
import type { AmojoId, ChatParticipant, NewMessage, OurId } from '../chats-api/types.js';
import { normalizePhone } from '../phone.js';
import type { CrmAccount, CrmAccountStore } from './account.js';
import type { ChatLog } from './chat-log.js';
import type { ClientRegistration } from './client-registration.js';
import { type ClientProfile, displayName, type RegisteredChat, senderIdOf } from './client-registration.js';
import type { CrmChats } from './crm-chats.js';
import type { CrmMessages } from './crm-messages.js';
import { findByOurId } from './history.js';
import type { LeadEffects } from './lead-effects.js';
import type { MessageChanges } from './message-changes.js';
import { messageParts, type SignFile } from './message-parts.js';
import { type RetryPauses, sendFailure } from './send-failure.js';

export interface CrmSenderParts {
  accounts: CrmAccountStore;
  chatsApi: ChatsApi;
  crmChats: CrmChats;
  messages: CrmMessages;
  log: ChatLog;
  registration: ClientRegistration;
  effects: LeadEffects;
  changes: MessageChanges;
  /** Id of the channel's bot in the chat service: the author of our answers there. */
  botId: AmojoId;
  sign: SignFile;
  /** Told once per item that waits for an operator; carries ids only. */
  onOperatorsTask?: (problem: string) => void;
  pauses?: Partial<RetryPauses>;
  /** Longest attempt, ms; less than half the send lease of the outbox. Default 25 000. */
  attemptMs?: number;
}

/** How often a bot's message that is still on its way to the client is looked at again, ms. */
const DELIVERY_LOOK_MS = 300;
/** After this long the mirror no longer waits for the client's channel: managers must see what goes on, ms. */
const DELIVERY_PATIENCE_MS = 30_000;

/**
 * Mirrors chats to amoCRM: one lane a chat, strictly in order, each message once. What is not known to have arrived is
 * looked for in their history by our id before it is sent again. A manager's message that came from amoCRM never gets here.
 */
export class CrmSender implements TargetSender {
  readonly target = 'crm';
  readonly concurrency = 8;
  readonly unknownOutcome = 'resend';
  readonly timeoutMs: number;
  private readonly pauses: RetryPauses;

  constructor(private readonly parts: CrmSenderParts) {
    this.timeoutMs = parts.attemptMs ?? 25_000;
    this.pauses = { noAnswerMs: 5_000, operatorMs: 60_000, ...parts.pauses };
  }

  async send(item: OutboxItem, signal: AbortSignal): Promise<{ providerId?: string }> {
    const account = await this.parts.accounts.load();
    if (!account) {
      this.parts.onOperatorsTask?.('amoCRM is not set up: run `npm run amocrm:setup`');
      throw new SendRetryAfterError(this.pauses.operatorMs);
    }
    try {
      return await this.carry(account, item, signal);
    } catch (error) {
      const failure = sendFailure(error, this.pauses);
      if (failure instanceof SendRetryAfterError && failure.retryAfterMs === this.pauses.operatorMs) {
        this.parts.onOperatorsTask?.(error instanceof Error ? error.message : 'unknown');
      }
      throw failure;
    }
  }

  /** An attempt cut short is settled by `send` itself, part by part. */
  async reconcile(): Promise<Reconciliation> {
    return { state: 'absent' };
  }

  private async carry(account: CrmAccount, item: OutboxItem, signal: AbortSignal): Promise<{ providerId?: string }> {
    const { body, chatId } = item;
    const proceed = () => {
      if (signal.aborted) throw new SendUnavailableError('the attempt took too long; it goes on with the next one');
    };
    const delivery = body.type === 'message' && body.author === 'bot' ? await this.deliveryOf(item.id) : 'delivered';
    if (delivery === 'cancelled') return {};
    const profile = await this.profileOf(item);
    const chat = await this.parts.registration.register(account, chatId, profile, proceed);
    if (body.type === 'edit') {
      proceed();
      if (!(await this.parts.changes.edit(account, chatId, body, await this.contentOf(item))))
        await this.correct(account, chat, item, profile, proceed);
      return {};
    }
    if (body.type === 'reaction') {
      proceed();
      await this.parts.changes.react(account, chatId, body);
      return {};
    }
    if (body.type !== 'message') {
      await this.parts.effects.apply(account, chat, body, proceed);
      return {};
    }
    const last = await this.sendMessage(account, chat, item, profile, proceed);
    if (last === null) return {};
    if (delivery === 'failed') {
      const failure = { status: -1, errorCode: 905, error: 'Сообщение бота не дошло до клиента' } as const;
      await this.parts.chatsApi.reportDelivery(account.scopeId, last, failure);
    }
    return { providerId: last };
  }

  /** A caption given to a file afterwards: there is no text of theirs to change, so it is a message of its own. */
  private async correct(
    account: CrmAccount,
    chat: RegisteredChat,
    item: OutboxItem,
    profile: ClientProfile,
    proceed: () => void,
  ): Promise<void> {
    if (item.body.type !== 'edit' || item.body.before.trim() !== '') return;
    const { author, seq, message } = item.body;
    const body: OutboxBody = { type: 'message', author, seq, message: { text: `Подпись: ${message.text}` } };
    await this.sendMessage(account, chat, { ...item, body }, profile, proceed);
  }

  /** Their id of the last part. */
  private async sendMessage(
    account: CrmAccount,
    chat: RegisteredChat,
    item: OutboxItem,
    profile: ClientProfile,
    proceed: () => void,
  ): Promise<AmojoId | null> {
    const { body, chatId } = item;
    if (body.type !== 'message') return null;
    const direction = await this.direction(account, item, profile);
    const contents = messageParts(await this.contentOf(item), this.parts.sign);
    let last: AmojoId | null = null;
    for (const [index, message] of contents.entries()) {
      proceed();
      const ourId = derivedId('msg', item.id, index) as OurId;
      let part = await this.parts.messages.part(ourId);
      if (part && part.amojoId === null) {
        const found = await findByOurId(this.parts.chatsApi, account.scopeId, chat.amojoChatId, ourId);
        if (found) {
          await this.parts.messages.accepted(ourId, found);
          part.amojoId = found;
        }
      }
      if (!part) {
        const at = await this.parts.crmChats.nextTime(chatId, await this.parts.log.timeOf(chatId, body.seq));
        await this.parts.messages.begin({ ourId, chatId, author: body.author, outboxId: item.id, seq: body.seq, at });
        part = { ourId, amojoId: null, at };
      }
      if (part.amojoId === null) {
        const { messageId } = await this.parts.chatsApi.send(account.scopeId, {
          msgid: ourId,
          conversation_id: chatId as OurId,
          ...direction,
          message,
          at: part.at,
          silent: false,
          source: { external_id: account.sourceExternalId },
        });
        // Their answer may leave the id out: then it is in the history.
        const id = messageId ?? (await findByOurId(this.parts.chatsApi, account.scopeId, chat.amojoChatId, ourId));
        if (id) await this.parts.messages.accepted(ourId, id);
        part.amojoId = id;
      }
      last = part.amojoId;
    }
    return last;
  }

  /** Who speaks: the client alone, or our bot (or a manager they know) to the client. */
  private async direction(
    account: CrmAccount,
    item: OutboxItem,
    profile: ClientProfile,
  ): Promise<Pick<NewMessage, 'sender' | 'receiver'>> {
    const { body, chatId } = item;
    const phone = profile.phone ? normalizePhone(profile.phone) : null;
    const client: ChatParticipant = {
      id: senderIdOf(chatId),
      name: displayName(chatId, profile),
      ...(phone ? { profile: { phone } } : {}),
    };
    if (body.type !== 'message' || body.author === 'client') return { sender: client };
    const user = body.author === 'manager' ? await this.managerOf(account, chatId, body.seq) : undefined;
    const sender: ChatParticipant = user
      ? { id: `user:${user.id}` as OurId, name: user.name, ref_id: user.amojoId as AmojoId }
      : { id: 'bot' as OurId, name: 'WeWall AI', ref_id: this.parts.botId };
    return { sender, receiver: client };
  }

  private async managerOf(account: CrmAccount, chatId: string, seq: number) {
    const name = await this.parts.log.managerName(chatId, seq);
    return name === null ? undefined : account.users.find((user) => user.name === name);
  }

  private async contentOf({ body, chatId }: OutboxItem) {
    if (body.type !== 'message' && body.type !== 'edit') throw new TypeError('only messages have a content');
    const { message, author, seq } = body;
    const button = body.type === 'message' ? body.button : undefined;
    if (author === 'client' && button !== undefined && message.text.trim() === '') {
      const label = await this.parts.log.buttonText(chatId, button, seq);
      return { ...message, text: `Нажата кнопка «${label ?? button}»` };
    }
    if (author !== 'manager') return message;
    const account = await this.parts.accounts.load();
    const known = account && (await this.managerOf(account, chatId, seq));
    return known ? message : { ...message, text: `Менеджер (не из amoCRM): ${message.text}`.trim() };
  }

  private async profileOf(item: OutboxItem): Promise<ClientProfile> {
    const stored = await this.parts.log.profile(item.chatId);
    const given = item.body.type === 'message' ? item.body.profile : undefined;
    return {
      ...stored,
      ...(typeof given?.name === 'string' ? { name: given.name } : {}),
      ...(typeof given?.phone === 'string' ? { phone: given.phone } : {}),
    };
  }

  /** The mirror shows what the client was told, not what was meant to be said: it waits for the client's channel. */
  private async deliveryOf(mirrorId: string): Promise<'delivered' | 'cancelled' | 'failed'> {
    const delivery = await this.parts.log.deliveryOf(mirrorId.replace(/:crm$/, ''));
    if (delivery.state !== 'waiting') return delivery.state;
    if (delivery.forMs < DELIVERY_PATIENCE_MS) throw new SendRetryAfterError(DELIVERY_LOOK_MS);
    return 'delivered';
  }
}
