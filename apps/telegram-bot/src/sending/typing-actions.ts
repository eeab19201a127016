import type { Api } from 'grammy';
import type { ChatPresence } from '#libs/chats';
import type { Logger } from '#libs/platform';
import { readFailure } from './refusal.js';

/** How often it is looked who is busy, ms; an answer that comes sooner needs no «печатает». */
const LOOK_MS = 700;
/** Telegram shows the action for 5 s. */
const REPEAT_MS = 4_500;
/** A chat is watched this long after the client's last word; nothing the bot does takes longer without a word of its own, ms. */
const WATCH_MS = 120_000;

interface Watched {
  address: number;
  until: number;
  toldAt: number;
}

/** «печатает…» at the client's end: while the bot works on his message, and while a manager types. */
export class TypingActions {
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly api: Api,
    private readonly presence: ChatPresence,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look()
        .catch((error: unknown) => this.logger.debug({ err: error }, 'who types is not known'))
        .finally(() => {
          this.looking = null;
        });
    }, LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** The client has written: from now on he may wait for the bot. */
  watch(chatId: string, address: number): void {
    const toldAt = this.watched.get(chatId)?.toldAt ?? 0;
    this.watched.set(chatId, { address, until: Date.now() + WATCH_MS, toldAt });
  }

  private async look(): Promise<void> {
    const now = Date.now();
    for (const [chatId, { until }] of this.watched) if (until < now) this.watched.delete(chatId);
    for (const chatId of await this.presence.busy([...this.watched.keys()])) {
      const chat = this.watched.get(chatId);
      if (!chat || now - chat.toldAt < REPEAT_MS) continue;
      chat.toldAt = now;
      await this.show(chat.address);
    }
    for (const { address } of await this.presence.toTell('manager', { everyMs: REPEAT_MS, channel: 'telegram' })) {
      if (typeof address.chatId === 'number') await this.show(address.chatId);
    }
  }

  /** It is a courtesy: a refusal is nobody's concern. */
  private async show(address: number): Promise<void> {
    try {
      await this.api.sendChatAction(address, 'typing');
    } catch (error) {
      this.logger.debug({ reason: readFailure(error).reason }, 'the client was not shown that somebody types');
    }
  }
}
