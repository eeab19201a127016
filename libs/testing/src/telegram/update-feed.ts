import { setTimeout as sleep } from 'node:timers/promises';
import { BotApiRefusal } from './parameters.js';

export interface TelegramUpdate {
  update_id: number;
  [kind: string]: unknown;
}

export interface Webhook {
  url: string;
  secretToken?: string;
}

export interface WebhookDelivery {
  updateId: number;
  /** HTTP status, or 0 when there was no answer. */
  status: number;
}

interface Queued {
  update: TelegramUpdate;
  chatId: number;
}

/**
 * Updates on their way to the bot: by getUpdates with the real offset rules, or by webhook: one after another within a chat,
 * chats side by side, repeated until a 2xx.
 */
export class UpdateFeed {
  private queue: Queued[] = [];
  private wake: (() => void)[] = [];
  private poll: { abort(): void } | null = null;
  private delivering = new Set<number>();
  private stopped = false;
  private webhook: Webhook | null = null;
  /** Every webhook request made, in order. */
  readonly deliveries: WebhookDelivery[] = [];
  /** Pause before a failed webhook is repeated, ms (the real one takes longer). */
  redeliverAfterMs = 20;

  get webhookInfo(): Webhook | null {
    return this.webhook;
  }

  get pending(): number {
    return this.queue.length;
  }

  push(chatId: number, update: TelegramUpdate): void {
    this.queue.push({ chatId, update });
    for (const wake of this.wake.splice(0)) wake();
    void this.deliver(chatId);
  }

  setWebhook(webhook: Webhook | null, dropPending: boolean): void {
    this.webhook = webhook;
    if (dropPending) this.queue = [];
    if (webhook) this.poll?.abort();
    for (const { chatId } of [...this.queue]) void this.deliver(chatId);
  }

  /** getUpdates: `offset` confirms everything below it; a second poller ends the first; an active webhook forbids polling. */
  async getUpdates(offset: number | undefined, limit: number, timeoutSeconds: number): Promise<TelegramUpdate[]> {
    if (this.webhook) {
      throw new BotApiRefusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.poll?.abort();
    let aborted = false;
    const poll = {
      abort: () => {
        aborted = true;
        for (const wake of this.wake.splice(0)) wake();
      },
    };
    this.poll = poll;
    try {
      if (offset !== undefined && offset < 0) this.queue = this.queue.slice(offset);
      else if (offset !== undefined) this.queue = this.queue.filter(({ update }) => update.update_id >= offset);
      const deadline = Date.now() + timeoutSeconds * 1000;
      while (this.queue.length === 0 && !aborted && !this.stopped && Date.now() < deadline)
        await this.nextUpdate(deadline);
      if (aborted) {
        throw new BotApiRefusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        );
      }
      return this.queue.slice(0, limit).map(({ update }) => update);
    } finally {
      if (this.poll === poll) this.poll = null;
    }
  }

  private nextUpdate(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, deadline - Date.now()));
      this.wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async deliver(chatId: number): Promise<void> {
    if (this.delivering.has(chatId)) return;
    this.delivering.add(chatId);
    try {
      while (this.webhook && !this.stopped) {
        const next = this.queue.find((queued) => queued.chatId === chatId);
        if (!next) return;
        const status = await this.post(this.webhook, next.update);
        this.deliveries.push({ updateId: next.update.update_id, status });
        if (status >= 200 && status < 300) this.queue = this.queue.filter((queued) => queued !== next);
        else await sleep(this.redeliverAfterMs);
      }
    } finally {
      this.delivering.delete(chatId);
    }
  }

  private async post(webhook: Webhook, update: TelegramUpdate): Promise<number> {
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(webhook.secretToken !== undefined && { 'x-telegram-bot-api-secret-token': webhook.secretToken }),
        },
        body: JSON.stringify(update),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  stop(): void {
    this.stopped = true;
    for (const wake of this.wake.splice(0)) wake();
  }
}
