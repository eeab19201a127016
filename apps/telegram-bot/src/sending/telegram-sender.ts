import { type Api, GrammyError, HttpError, InputFile } from 'grammy';
import { type TelegramRequest, telegramConnector } from '#libs/channels';
import {
  type MessageContent,
  type OutboxItem,
  type Reconciliation,
  SendRefusedError,
  SendRetryAfterError,
  SendUnavailableError,
  SendUnknownError,
  type TargetSender,
} from '#libs/chats';
import type { FileStore, Logger } from '#libs/platform';
import { REQUEST_SECONDS } from '../telegram-api.js';
import type { DeliveryRepository } from './delivery.repository.js';
import { MessageChanges } from './message-changes.js';
import { readFailure } from './refusal.js';

/**
 * Carries messages to Telegram. A message may take several requests (a long text, files); each is recorded before it is made
 * and after it is answered, so a retry goes on after the last one taken.
 *
 * The Bot API has neither idempotency keys nor a way to read back what was sent. So a request without an answer is not
 * repeated, because the client could see it twice: the row is parked as a dead letter for an operator and the chat goes on.
 * Everything known not to have been sent (no connection, an error the Bot API itself reported) is retried.
 */
export class TelegramSender implements TargetSender {
  readonly target = 'telegram';
  readonly unknownOutcome = 'park';
  readonly timeoutMs = (REQUEST_SECONDS + 5) * 1000;

  private readonly changes: MessageChanges;

  constructor(
    private readonly api: Api,
    private readonly deliveries: DeliveryRepository,
    private readonly files: FileStore,
    private readonly logger: Logger,
  ) {
    this.changes = new MessageChanges(api, deliveries);
  }

  async send(item: OutboxItem, signal: AbortSignal): Promise<{ providerId?: string }> {
    const { body } = item;
    const chatId = item.address.chatId;
    if (typeof chatId !== 'number') {
      throw new SendRefusedError('TELEGRAM_NO_ADDRESS', 'only a known Telegram chat can be sent to');
    }
    if (body.type === 'edit' || body.type === 'reaction') return this.change(item, chatId, signal);
    if (body.type !== 'message') throw new SendRefusedError('TELEGRAM_NO_MESSAGE', 'only messages can be sent');
    return this.say(item, chatId, body.message, signal);
  }

  /** A change of what the client has already; what cannot be changed is said anew. */
  private async change(item: OutboxItem, chatId: number, signal: AbortSignal): Promise<{ providerId?: string }> {
    try {
      if (item.body.type === 'reaction') {
        await this.changes.react(item, chatId);
        return {};
      }
      const change = await this.changes.edit(item, chatId);
      if ('messageId' in change) return { providerId: String(change.messageId) };
      return change.instead ? await this.say(item, chatId, change.instead, signal) : {};
    } catch (error) {
      if (!(error instanceof GrammyError || error instanceof HttpError)) throw error;
      const failure = readFailure(error);
      if (failure.kind === 'wait') throw new SendRetryAfterError(failure.retryAfterMs);
      if (failure.kind === 'refused') throw new SendRefusedError(failure.code, failure.reason);
      // Without an answer it may be made again: it only sets what is there.
      throw new SendUnavailableError(failure.reason);
    }
  }

  private async say(
    item: OutboxItem,
    chatId: number,
    message: MessageContent,
    signal: AbortSignal,
  ): Promise<{ providerId?: string }> {
    const steps = await this.deliveries.stepsOf(item.id);
    let lastMessageId = Math.max(0, ...[...steps.values()].map(({ messageId }) => messageId ?? 0));
    for (const [step, request] of telegramConnector.render(message).entries()) {
      const known = steps.get(step)?.state;
      if (known === 'sent') continue;
      if (known !== undefined || !(await this.deliveries.begin(item.id, step))) {
        throw new SendUnknownError('an earlier attempt was never answered');
      }
      lastMessageId = await this.make(item, step, chatId, request, signal);
    }
    return { providerId: String(lastMessageId) };
  }

  /** A row whose attempt was cut short was not sent unless one of its requests was on its way. */
  async reconcile(item: OutboxItem): Promise<Reconciliation> {
    const steps = [...(await this.deliveries.stepsOf(item.id)).values()];
    return { state: steps.some(({ state }) => state !== 'sent') ? 'unknown' : 'absent' };
  }

  private async make(
    item: OutboxItem,
    step: number,
    chatId: number,
    request: TelegramRequest,
    signal: AbortSignal,
  ): Promise<number> {
    try {
      const messageId = await this.call(chatId, request, signal);
      await this.deliveries.succeed(item.id, step, messageId);
      return messageId;
    } catch (error) {
      if (error instanceof SendRefusedError) {
        await this.deliveries.undo(item.id, step);
        throw error;
      }
      const failure = readFailure(error);
      const context = { outboxId: item.id, chatId: item.chatId, step, reason: failure.reason };
      if (failure.kind === 'unknown') {
        await this.deliveries.markUnknown(item.id, step);
        this.logger.error(
          context,
          'no answer from Telegram: the message may or may not have arrived, it is not repeated',
        );
        throw new SendUnknownError(failure.reason);
      }
      await this.deliveries.undo(item.id, step);
      if (failure.kind === 'wait') throw new SendRetryAfterError(failure.retryAfterMs);
      if (failure.kind === 'retry') throw new SendUnavailableError(failure.reason);
      this.logger.warn(context, 'Telegram refused a message');
      throw new SendRefusedError(failure.code, failure.reason);
    }
  }

  private async call(chatId: number, request: TelegramRequest, abort: AbortSignal): Promise<number> {
    // grammY's types know the signal of an old polyfill only; at run time it takes Node's own.
    const signal = abort as Parameters<Api['sendMessage']>[3];
    const other = request.reply_markup ? { reply_markup: request.reply_markup } : {};
    if (request.method === 'sendMessage') {
      const options = { ...other, parse_mode: request.parse_mode, link_preview_options: { is_disabled: true } };
      return (await this.api.sendMessage(chatId, request.text, options, signal)).message_id;
    }
    const opened = await this.files.open(request.file.fileId);
    if (!opened) throw new SendRefusedError('FILE_NOT_FOUND', 'the file of the message is no longer in the store');
    const file = new InputFile(opened.stream, request.file.name);
    const message =
      request.method === 'sendPhoto'
        ? await this.api.sendPhoto(chatId, file, other, signal)
        : await this.api.sendDocument(chatId, file, other, signal);
    return message.message_id;
  }
}
