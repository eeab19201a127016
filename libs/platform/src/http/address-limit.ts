import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from '../metrics.js';
import { type Allowance, callerOfAddress, perMinute, rateLimitHeaders } from '../rate-limits/allowance.js';
import { MemoryBuckets } from '../rate-limits/memory-buckets.js';
import type { RateLimiter } from '../rate-limits/rate-limiter.js';
import { Problem } from './problem.js';

/** Probes and metrics are asked from inside; nginx does not make them public. */
const INTERNAL = /^\/(?:health\/|metrics$)/;

export interface AddressLimit {
  /** Requests a minute of one address. */
  perMinute: number;
  /** Counts for all processes together, or for this one while it cannot. */
  limiter: RateLimiter;
}

/**
 * Refuses an address that floods the processes, before anything of its request is read. What this process alone has seen is
 * counted first, in memory: a flood of one process costs no round trips, and one of several processes at most the limit of each.
 */
export function limitAddresses({ perMinute: limit, limiter }: AddressLimit, metrics: Metrics) {
  const own = new MemoryBuckets();
  const rate = { ...perMinute(limit), name: 'address' };

  const take = async (caller: string): Promise<Allowance> => {
    const seen = own.take(caller, rate);
    if (seen.allowed) return limiter.take('address', caller, rate);
    metrics.rateLimited.inc({ kind: 'address' });
    return seen;
  };

  return async (request: Request, _response: Response, next: NextFunction): Promise<void> => {
    const allowance = INTERNAL.test(request.path) ? undefined : await take(callerOfAddress(request.ip));
    if (!allowance || allowance.allowed) {
      next();
      return;
    }
    next(
      new Problem(429, 'RATE_LIMITED', 'Too many requests from this address', { headers: rateLimitHeaders(allowance) }),
    );
  };
}
