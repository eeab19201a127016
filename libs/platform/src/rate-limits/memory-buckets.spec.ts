import { describe, expect, it } from 'vitest';
import { callerOfAddress, perDay, perMinute, rateLimitHeaders } from './allowance.js';
import { MemoryBuckets } from './memory-buckets.js';

describe('MemoryBuckets', () => {
  it('tells when to come back', () => {
    const buckets = new MemoryBuckets(() => 0);
    buckets.take('a', perMinute(2));
    expect(rateLimitHeaders(buckets.take('a', perMinute(2)))).toMatchObject({
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '60',
    });
    expect(rateLimitHeaders(buckets.take('a', perMinute(2)))).toMatchObject({ 'Retry-After': '30' });
  });

  it('remembers a bounded number of callers', () => {
    const buckets = new MemoryBuckets(() => 0);
    buckets.take('first', perMinute(1));
    for (let i = 0; i < 50_000; i++) buckets.take(`caller ${i}`, perMinute(1));
    expect(buckets.take('first', perMinute(1)).allowed).toBe(true);
    expect(buckets.take('caller 49999', perMinute(1)).allowed).toBe(false);
  });

  it('takes nothing away when the clock is set back', () => {
    let now = 1_000_000;
    const buckets = new MemoryBuckets(() => now);
    buckets.take('a', perMinute(2));
    now = 0;
    expect(buckets.take('a', perMinute(2)).allowed).toBe(true);
  });
});

describe('rateLimitHeaders', () => {
  it('names every policy and the longest wait of those that refused', () => {
    const minute = { allowed: false, rate: perMinute(60), remaining: 0, resetSeconds: 1 };
    const day = { allowed: false, rate: perDay(1_000), remaining: 0, resetSeconds: 87 };
    expect(rateLimitHeaders(minute, day)).toEqual({
      'RateLimit-Policy': '"minute";q=60;w=60, "day";q=1000;w=86400',
      RateLimit: '"minute";r=0;t=1, "day";r=0;t=87',
      'RateLimit-Limit': '60',
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '1',
      'Retry-After': '87',
    });
  });
});

describe('callerOfAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (address, caller) => expect(callerOfAddress(address)).toBe(caller));
});
