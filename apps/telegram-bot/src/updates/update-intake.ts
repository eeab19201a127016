import { type Api, GrammyError } from 'grammy';
import { normalizeClientText } from '#libs/channels';
import { type AttachmentRef, ChatInputError, type ChatStore, type EditOutcome } from '#libs/chats';
import type { Logger } from '#libs/platform';
import type { DeliveryRepository } from '../sending/delivery.repository.js';
import { readFailure } from '../sending/refusal.js';
import type { TypingActions } from '../sending/typing-actions.js';
import { albumOf, type ClientReaction, type ClientUpdate, readReactions, readUpdate } from './client-update.js';
import { FileUnavailableError, type TelegramFiles } from './telegram-files.js';
import { ALBUM_QUIET_MS, type StoredUpdate, type UpdateRepository } from './update.repository.js';

const MAX_ATTEMPTS = 8;
/** Updates carried into the inbox at the same time; one chat's go one after another. */
const CONCURRENCY = 8;
const SWEEP_MS = 2_000;
const FORGET_MS = 3_600_000;

/** Telegram's own limit is 4096; a text longer than ours cannot come, but what is refused is cut rather than lost. */
const MAX_TEXT = 10_000;

const UNAVAILABLE = {
  'too-big': 'больше 20 МБ',
  'type-not-accepted': 'такой тип файлов не принимается',
  gone: 'файл недоступен',
  refused: 'изображение не открывается',
} as const;

export interface UpdateIntakeParts {
  updates: UpdateRepository;
  chats: ChatStore;
  deliveries: DeliveryRepository;
  files: TelegramFiles;
  typing: TypingActions;
}

/** The part of the Telegram channel that turns stored updates into events of chats, in order and exactly once each. */
export class UpdateIntake {
  private active = 0;
  private stopping = false;
  private sweeper: NodeJS.Timeout | undefined;
  private forgetter: NodeJS.Timeout | undefined;
  private albumTimer: NodeJS.Timeout | undefined;
  private idle: (() => void) | undefined;

  constructor(
    private readonly parts: UpdateIntakeParts,
    private readonly api: Api,
    private readonly logger: Logger,
  ) {}

  /** Goes on with what an earlier process left and looks for work regularly; `wake` only makes it sooner. */
  start(): void {
    this.sweeper = setInterval(() => this.look(), SWEEP_MS);
    this.forgetter = setInterval(() => {
      this.parts.updates
        .forgetOld()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'old updates were not removed'));
    }, FORGET_MS);
    this.sweeper.unref();
    this.forgetter.unref();
    this.wake();
  }

  wake(): void {
    // Pictures of an album wait for each other.
    this.albumTimer ??= setTimeout(() => {
      this.albumTimer = undefined;
      this.look();
    }, ALBUM_QUIET_MS + 100).unref();
    this.look();
  }

  private look(): void {
    // One look is enough to find out whether there is work; it calls for company when there is.
    if (this.stopping || this.active >= CONCURRENCY) return;
    this.active++;
    void this.drain();
  }

  /** Stops taking updates and waits for those in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.sweeper);
    clearInterval(this.forgetter);
    clearTimeout(this.albumTimer);
    if (this.active > 0) await new Promise<void>((resolve) => (this.idle = resolve));
  }

  private async drain(): Promise<void> {
    try {
      for (let stored = await this.next(); stored; stored = await this.next()) {
        this.look();
        await this.handle(stored);
      }
    } catch (error) {
      this.logger.error({ err: error }, 'updates could not be read from the database');
    } finally {
      this.active--;
      if (this.stopping && this.active === 0) this.idle?.();
    }
  }

  private next(): Promise<StoredUpdate | undefined> {
    return this.stopping ? Promise.resolve(undefined) : this.parts.updates.claim();
  }

  private async handle(stored: StoredUpdate): Promise<void> {
    const { updateId, attempts } = stored;
    try {
      for (const reaction of readReactions(stored.update)) await this.react(stored, reaction);
      const update =
        stored.mediaGroup === null ? readUpdate(stored.update) : albumOf(await this.parts.updates.album(stored));
      if (update) await this.ingest(stored, update);
      await this.parts.updates.finish(updateId);
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      if (error instanceof ChatInputError || attempts >= MAX_ATTEMPTS) {
        this.logger.error({ err: error, updateId, attempts }, 'a Telegram update was given up');
        await this.parts.updates.bury(updateId, reason);
      } else {
        this.logger.warn({ err: error, updateId, attempts }, 'a Telegram update will be tried again');
        await this.parts.updates.postpone(updateId, Math.min(60_000, 500 * 2 ** attempts), reason);
      }
    }
  }

  private async ingest({ updateId, chatId, update: source }: StoredUpdate, update: ClientUpdate): Promise<void> {
    // Answered first: until then the button spins on the client's phone.
    if (update.callbackQueryId !== undefined) this.answerPress(update.callbackQueryId, updateId);
    const chat = `telegram:${chatId}`;
    const { message_id: messageId } = source.message ?? source.edited_message ?? {};
    const id = messageId === undefined ? `tg:${updateId}` : `tg:m:${messageId}`;
    if (source.edited_message) {
      // A place that moves on, a caption taken away: nothing was said.
      if (source.edited_message.location || !update.text?.trim()) return;
      if ((await this.edit(chat, id, update.text)) !== 'unknown') return;
    }
    this.parts.typing.watch(chat, chatId);
    const { attachments, notes } = await this.fetchFiles(update);
    const text = normalizeClientText([update.text, ...notes].filter(Boolean).join('\n')).slice(0, MAX_TEXT);
    await this.parts.chats.ingestClientMessage({
      chatId: chat,
      channel: 'telegram',
      // An edit of a message that is not known any more counts as said anew.
      id: source.edited_message ? `tg:${updateId}` : id,
      address: { chatId },
      ...(text !== '' || (attachments.length === 0 && update.button === undefined) ? { text: text || '?' } : {}),
      ...(update.button !== undefined && { button: update.button }),
      ...(attachments.length > 0 && { attachments }),
      ...(Object.keys(update.profile).length > 0 && { profile: update.profile }),
    });
  }

  private edit(chatId: string, id: string, text: string): Promise<EditOutcome> {
    const change = { chatId, author: 'client' as const, id, text: normalizeClientText(text).slice(0, MAX_TEXT) };
    return this.parts.chats.editMessage({ ...change, source: 'channel' });
  }

  private async react({ updateId, chatId }: StoredUpdate, { messageId, emoji, on }: ClientReaction): Promise<void> {
    const chat = `telegram:${chatId}`;
    const seq = await this.parts.deliveries.placeOf(chat, messageId);
    if (seq === null) return;
    const id = `tg:${updateId}:${on ? '+' : '-'}${emoji}`;
    await this.parts.chats.ingestReaction({ chatId: chat, author: 'client', id, seq, emoji, on });
  }

  /** A file that cannot be had leaves a line in the conversation, so that neither side believes it was seen. */
  private async fetchFiles(update: ClientUpdate): Promise<{ attachments: AttachmentRef[]; notes: string[] }> {
    const attachments: AttachmentRef[] = [];
    const notes: string[] = [];
    for (const remote of update.files) {
      try {
        attachments.push(await this.parts.files.fetch(remote));
      } catch (error) {
        const gone = error instanceof GrammyError && error.error_code === 400;
        if (!gone && !(error instanceof FileUnavailableError)) throw this.withoutToken(error);
        const unavailable = error instanceof FileUnavailableError ? error : new FileUnavailableError('gone');
        const reason = unavailable.detail ?? UNAVAILABLE[unavailable.reason];
        notes.push(`[Файл «${remote.name}» не получен: ${reason}]`);
      }
    }
    return { attachments, notes };
  }

  private withoutToken(error: unknown): Error {
    try {
      return new Error(readFailure(error).reason);
    } catch {
      return error instanceof Error ? error : new Error('unknown failure');
    }
  }

  private answerPress(callbackQueryId: string, updateId: number): void {
    this.api.answerCallbackQuery(callbackQueryId).catch((error: unknown) => {
      // Too old, answered before, no connection: the press itself is stored, so nothing is lost.
      this.logger.debug({ updateId, reason: this.withoutToken(error).message }, 'a button press was not answered');
    });
  }
}
