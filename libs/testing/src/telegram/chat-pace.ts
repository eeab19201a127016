import { BotApiRefusal } from './parameters.js';

/**
 * Flood control of one chat: a bucket of `burst` messages refilled at `perSecond`. A refusal names `retry_after`; asking again
 * before it has passed is refused too and counted, because the real API punishes it.
 */
export class ChatPace {
  private readonly buckets = new Map<number, { tokens: number; at: number; blockedUntil: number }>();
  /** Calls made before the `retry_after` they were given had passed. */
  earlyRetries = 0;
  /** Answers 429 given. */
  refusals = 0;

  constructor(private readonly limit: { perSecond: number; burst: number } | null) {}

  /** Throws 429 when the chat is written to too fast. */
  take(chatId: number): void {
    if (!this.limit) return;
    const { perSecond, burst } = this.limit;
    const now = Date.now();
    const bucket = this.buckets.get(chatId) ?? { tokens: burst, at: now, blockedUntil: 0 };
    this.buckets.set(chatId, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    // A timer may fire a few milliseconds early; that is not disobedience.
    if (now < bucket.blockedUntil - 20) {
      this.earlyRetries++;
      this.refuse(Math.ceil((bucket.blockedUntil - now) / 1000));
    }
    if (bucket.tokens < 1) {
      const retryAfter = Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.blockedUntil = now + retryAfter * 1000;
      this.refuse(retryAfter);
    }
    bucket.tokens -= 1;
  }

  private refuse(retryAfter: number): never {
    this.refusals++;
    throw new BotApiRefusal(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
  }
}
