import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, RedisServer } from '#libs/testing';
import { Metrics } from '../metrics.js';
import { perMinute } from './allowance.js';
import { describeBuckets } from './buckets.contract.js';
import { MemoryBuckets } from './memory-buckets.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisBuckets } from './redis-buckets.js';

let now = 0;
describeBuckets('memory', async () => ({
  buckets: new MemoryBuckets(() => now),
  pass: async (ms) => {
    now += ms;
  },
}));

describe.skipIf(!hasRedis('rate limits'))('over Redis', () => {
  let redis: RedisServer;
  const opened: RedisBuckets[] = [];
  const openBuckets = async () => {
    const buckets = await RedisBuckets.open(redis.url);
    opened.push(buckets);
    return buckets;
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => {
    for (const buckets of opened) buckets.close();
    await redis.stop();
  });

  describeBuckets('Redis', async () => ({ buckets: opened[0] ?? (await openBuckets()), pass: (ms) => sleep(ms) }));

  const wewallAlone = async (metrics: Metrics) => (await metrics.rateLimitAlone.get()).values[0]?.value;

  it('is one limit for all processes', async () => {
    const [one, two] = [
      new RateLimiter({ shared: await openBuckets() }),
      new RateLimiter({ shared: await openBuckets() }),
    ];
    const taken = [];
    for (let i = 0; i < 6; i += 1) taken.push(await (i % 2 === 0 ? one : two).take('key', 'p', perMinute(4)));
    expect(taken.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false, false]);
  });

  it('survives a flush, a frozen and a killed Redis: limits stay, nobody waits, the gauge says so', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const limiter = new RateLimiter({ shared: await openBuckets(), metrics });
    for (let i = 0; i < 2; i += 1) await limiter.take('key', 'q', perMinute(2));
    expect((await limiter.take('key', 'q', perMinute(2))).allowed).toBe(false);
    execFileSync('redis-cli', ['-p', String(redis.port), 'flushall']);
    execFileSync('redis-cli', ['-p', String(redis.port), 'script', 'flush']);
    expect((await limiter.take('key', 'q', perMinute(2))).allowed).toBe(true);
    expect(await wewallAlone(metrics)).toBe(0);

    redis.process.signal('SIGSTOP');
    const started = performance.now();
    const whileFrozen = [];
    for (let i = 0; i < 4; i += 1) whileFrozen.push((await limiter.take('key', 'r', perMinute(3))).allowed);
    expect(performance.now() - started).toBeLessThan(900);
    expect(whileFrozen).toEqual([true, true, true, false]);
    expect(await wewallAlone(metrics)).toBe(1);
    redis.process.signal('SIGCONT');

    await redis.stop();
    await sleep(1_100);
    expect((await limiter.take('key', 's', perMinute(1))).allowed).toBe(true);
    expect((await limiter.take('key', 's', perMinute(1))).allowed).toBe(false);
    await redis.startAgain();
    await expect
      .poll(
        async () => {
          await limiter.take('key', 't', perMinute(1_000));
          return wewallAlone(metrics);
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(0);
    const refused = (await metrics.rateLimited.get()).values.find(({ labels }) => labels.kind === 'key')?.value;
    expect(refused).toBe(3);
  });
});
