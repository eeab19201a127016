/** What a caller is told about its allowance. */
export interface Allowance {
  allowed: boolean;
  /** Requests a minute. */
  limit: number;
  remaining: number;
  /** Seconds until the allowance is full again; when refused, until the next request may pass. */
  resetSeconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
  perMinute: number;
}

/** At most this many callers are remembered; the longest silent are forgotten first, and a silent caller's bucket is full anyway. */
const MAX_BUCKETS = 50_000;

/**
 * Token buckets in memory: a minute's allowance as the burst, refilled evenly. One process's view: behind N replicas a caller
 * gets up to N times the limit, which is the price of no round trip per request.
 */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Takes one request from the caller's bucket. */
  take(caller: string, perMinute: number): Allowance {
    const now = this.now();
    const known = this.buckets.get(caller);
    const bucket = known && known.perMinute === perMinute ? known : { tokens: perMinute, at: now, perMinute };
    bucket.tokens = Math.min(perMinute, bucket.tokens + ((now - bucket.at) / 60_000) * perMinute);
    bucket.at = now;
    // Re-inserting keeps the map ordered by last use.
    this.buckets.delete(caller);
    this.buckets.set(caller, bucket);
    if (this.buckets.size > MAX_BUCKETS) this.forgetOldest();
    const secondsFor = (tokens: number) => Math.ceil((tokens * 60) / perMinute);
    if (bucket.tokens < 1) {
      return {
        allowed: false,
        limit: perMinute,
        remaining: 0,
        resetSeconds: Math.max(1, secondsFor(1 - bucket.tokens)),
      };
    }
    bucket.tokens -= 1;
    return {
      allowed: true,
      limit: perMinute,
      remaining: Math.floor(bucket.tokens),
      resetSeconds: secondsFor(perMinute - bucket.tokens),
    };
  }

  private forgetOldest(): void {
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}

/** Response headers that tell an allowance: the current IETF draft's pair and the older triple most clients read. */
export function rateLimitHeaders({ allowed, limit, remaining, resetSeconds }: Allowance): Record<string, string> {
  return {
    'RateLimit-Policy': `"default";q=${limit};w=60`,
    RateLimit: `"default";r=${remaining};t=${resetSeconds}`,
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': String(resetSeconds),
    ...(!allowed && { 'Retry-After': String(resetSeconds) }),
  };
}
