import { describe, expect, it } from 'vitest';
import { RateLimiter, rateLimitHeaders } from './rate-limiter.js';

describe('RateLimiter', () => {
  it('lets a minute’s worth through at once, then one for each share of the minute', () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    for (let i = 0; i < 60; i++) expect(limiter.take('a', 60).allowed).toBe(true);
    expect(limiter.take('a', 60)).toEqual({ allowed: false, limit: 60, remaining: 0, resetSeconds: 1 });
    expect(limiter.take('b', 60).allowed).toBe(true);
    now = 1000;
    expect(limiter.take('a', 60).allowed).toBe(true);
    expect(limiter.take('a', 60).allowed).toBe(false);
  });

  it('tells when to come back', () => {
    const limiter = new RateLimiter(() => 0);
    limiter.take('a', 2);
    expect(rateLimitHeaders(limiter.take('a', 2))).toMatchObject({
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '60',
    });
    expect(rateLimitHeaders(limiter.take('a', 2))).toMatchObject({ 'Retry-After': '30' });
  });

  it('remembers a bounded number of callers', () => {
    const limiter = new RateLimiter(() => 0);
    limiter.take('first', 1);
    for (let i = 0; i < 50_000; i++) limiter.take(`caller ${i}`, 1);
    expect(limiter.take('first', 1).allowed).toBe(true);
    expect(limiter.take('caller 49999', 1).allowed).toBe(false);
  });
});
