import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

function isRedisInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: rate limits over Redis — redis-server is not installed (apt-get install redis-server)');
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(!isRedisInstalled())('over Redis', () => {
  let port: number;
  let redis: ChildProcess;
  const opened: RedisBuckets[] = [];
  const openBuckets = async () => {
    const buckets = await RedisBuckets.open(`redis://127.0.0.1:${port}`);
    opened.push(buckets);
    return buckets;
  };
  const startRedis = async () => {
    redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    const probe = await openBuckets();
    await vi.waitFor(() => probe.take('probe', perMinute(1_000)), { timeout: 10_000, interval: 50 });
  };
  const stopRedis = async () => {
    const gone = new Promise((resolve) => redis.once('exit', resolve));
    redis.kill('SIGKILL');
    await gone;
  };

  beforeAll(async () => {
    port = await freePort();
    await startRedis();
  });
  afterAll(async () => {
    for (const buckets of opened) buckets.close();
    redis.kill('SIGCONT');
    await stopRedis();
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
    execFileSync('redis-cli', ['-p', String(port), 'flushall']);
    execFileSync('redis-cli', ['-p', String(port), 'script', 'flush']);
    expect((await limiter.take('key', 'q', perMinute(2))).allowed).toBe(true);
    expect(await wewallAlone(metrics)).toBe(0);

    redis.kill('SIGSTOP');
    const started = performance.now();
    const whileFrozen = [];
    for (let i = 0; i < 4; i += 1) whileFrozen.push((await limiter.take('key', 'r', perMinute(3))).allowed);
    expect(performance.now() - started).toBeLessThan(900);
    expect(whileFrozen).toEqual([true, true, true, false]);
    expect(await wewallAlone(metrics)).toBe(1);
    redis.kill('SIGCONT');

    await stopRedis();
    await sleep(1_100);
    expect((await limiter.take('key', 's', perMinute(1))).allowed).toBe(true);
    expect((await limiter.take('key', 's', perMinute(1))).allowed).toBe(false);
    await startRedis();
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
