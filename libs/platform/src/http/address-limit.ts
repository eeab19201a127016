import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from '../metrics.js';
import { callerOfAddress, perMinute, rateLimitHeaders } from '../rate-limits/allowance.js';
import { MemoryBuckets } from '../rate-limits/memory-buckets.js';
import { Problem } from './problem.js';

/** Probes and metrics are asked from inside; nginx does not make them public. */
const INTERNAL = /^\/(?:health\/|metrics$)/;

/**
 * Refuses an address that floods this process, before anything of its request is read. It guards the process, not a shared
 * allowance, so it counts in memory: a flood costs no round trip.
 */
export function limitAddresses(limit: number, metrics: Metrics) {
  const buckets = new MemoryBuckets();
  const rate = { ...perMinute(limit), name: 'address' };
  return (request: Request, _response: Response, next: NextFunction): void => {
    const allowance = INTERNAL.test(request.path) ? undefined : buckets.take(callerOfAddress(request.ip), rate);
    if (!allowance || allowance.allowed) {
      next();
      return;
    }
    metrics.rateLimited.inc({ kind: 'address' });
    next(
      new Problem(429, 'RATE_LIMITED', 'Too many requests from this address', { headers: rateLimitHeaders(allowance) }),
    );
  };
}
