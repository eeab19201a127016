import type { Allowance, Buckets, Rate } from './allowance.js';

interface Bucket {
  tokens: number;
  at: number;
  rate: Rate;
}

/** At most this many callers are remembered; the longest silent are forgotten first, and a silent caller's bucket is full anyway. */
const MAX_BUCKETS = 50_000;

/**
 * Token buckets in memory: a window's allowance as the burst, refilled evenly. One process's view: behind N replicas a caller
 * gets up to N times the limit, which is the price of no round trip per request.
 */
export class MemoryBuckets implements Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number = Date.now) {}

  take(caller: string, rate: Rate): Allowance {
    const now = this.now();
    const key = `${rate.name}:${caller}`;
    const known = this.buckets.get(key);
    const same = known && known.rate.limit === rate.limit && known.rate.windowSeconds === rate.windowSeconds;
    const bucket = same ? known : { tokens: rate.limit, at: now, rate };
    const refilled = ((now - bucket.at) / (rate.windowSeconds * 1_000)) * rate.limit;
    // A clock that was set back takes nothing away.
    bucket.tokens = Math.min(rate.limit, bucket.tokens + Math.max(0, refilled));
    bucket.at = now;
    // Re-inserting keeps the map ordered by last use.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > MAX_BUCKETS) this.forgetOldest();
    const secondsFor = (tokens: number) => Math.ceil((tokens * rate.windowSeconds) / rate.limit);
    if (bucket.tokens < 1) {
      return { allowed: false, rate, remaining: 0, resetSeconds: Math.max(1, secondsFor(1 - bucket.tokens)) };
    }
    bucket.tokens -= 1;
    return {
      allowed: true,
      rate,
      remaining: Math.floor(bucket.tokens),
      resetSeconds: secondsFor(rate.limit - bucket.tokens),
    };
  }

  private forgetOldest(): void {
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}
