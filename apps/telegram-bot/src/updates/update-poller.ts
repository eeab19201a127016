import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from '#libs/platform';
import { readFailure } from '../sending/refusal.js';
import { privateChatOf } from './client-update.js';
import type { UpdateRepository } from './update.repository.js';

/** What the bot asks Telegram for. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'message_reaction'] as const;

const LONG_POLL_SECONDS = 10;
const LONGEST_PAUSE_MS = 30_000;

/** The updates of private chats among these, with their chats. */
export function privateUpdates(updates: Update[]): { chatId: number; update: Update }[] {
  return updates.flatMap((update) => {
    const chatId = privateChatOf(update);
    return chatId === undefined ? [] : [{ chatId, update }];
  });
}

/**
 * Long polling. A batch is confirmed (by the offset of the next request) only after it is in the database, so a death at any
 * moment repeats updates and never loses one. grammY's own loop confirms before its handlers have finished, hence this one.
 */
export class UpdatePoller {
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly api: Api,
    private readonly updates: UpdateRepository,
    private readonly onStored: () => void,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends the poll in flight; what it had not stored will come again. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let offset = 0;
    let pause = 500;
    while (!this.abort.signal.aborted) {
      try {
        const batch = await this.api.getUpdates(
          { offset, timeout: LONG_POLL_SECONDS, allowed_updates: [...ALLOWED_UPDATES] },
          this.abort.signal as Parameters<Api['getUpdates']>[1],
        );
        await this.updates.store(privateUpdates(batch));
        offset = Math.max(offset, ...batch.map(({ update_id: id }) => id + 1));
        if (batch.length > 0) this.onStored();
        pause = 500;
      } catch (error) {
        if (this.abort.signal.aborted) return;
        await this.rest(error, pause);
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      }
    }
  }

  private async rest(error: unknown, pause: number): Promise<void> {
    let wait = pause;
    try {
      const failure = readFailure(error);
      if (failure.kind === 'wait') wait = failure.retryAfterMs;
      const conflict = failure.reason.startsWith('409');
      this.logger.warn(
        { reason: failure.reason },
        conflict
          ? 'another process polls this bot or a webhook is set: stop the other one, use another token, or set TELEGRAM_MODE=webhook'
          : 'Telegram could not be polled',
      );
    } catch {
      this.logger.warn({ err: error }, 'updates could not be stored');
    }
    await sleep(wait, undefined, { signal: this.abort.signal }).catch(() => {});
  }
}
