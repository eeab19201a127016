import type { Metrics } from '../metrics.js';
import type { Allowance, Buckets, Rate } from './allowance.js';
import { MemoryBuckets } from './memory-buckets.js';

/** After a failure the shared store is left alone for this long, ms: while it is away no request waits for its timeout. */
const PAUSE_MS = 1_000;

export interface RateLimiterOptions {
  /** Buckets of all processes; without them this process counts alone. */
  shared?: Buckets;
  metrics?: Metrics;
  /** Milliseconds, for tests. */
  now?: () => number;
}

/**
 * Counts requests of callers. With a shared store all processes count together; while it is away each counts by itself with
 * the same limits (nobody is locked out, nobody is unlimited) and `wewall_rate_limit_alone` is 1.
 */
export class RateLimiter {
  private readonly own: MemoryBuckets;
  private readonly now: () => number;
  private pausedUntil = 0;

  constructor(private readonly options: RateLimiterOptions = {}) {
    this.now = options.now ?? Date.now;
    this.own = new MemoryBuckets(this.now);
    options.metrics?.rateLimitAlone.set(0);
  }

  /** Takes one request from the caller's bucket; counts a refusal under `kind` in `wewall_rate_limited_total`. */
  async take(kind: string, caller: string, rate: Rate): Promise<Allowance> {
    const allowance = await this.count(`${kind}:${caller}`, rate);
    if (!allowance.allowed) this.options.metrics?.rateLimited.inc({ kind });
    return allowance;
  }

  private async count(caller: string, rate: Rate): Promise<Allowance> {
    const { shared, metrics } = this.options;
    if (!shared || this.now() < this.pausedUntil) return this.own.take(caller, rate);
    try {
      const allowance = await shared.take(caller, rate);
      metrics?.rateLimitAlone.set(0);
      return allowance;
    } catch {
      // The store reports its own errors; here only the mode changes.
      metrics?.rateLimitAlone.set(1);
      this.pausedUntil = this.now() + PAUSE_MS;
      return this.own.take(caller, rate);
    }
  }
}
