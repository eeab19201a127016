import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Allowance, Buckets, Rate } from './allowance.js';

/** An answer that takes longer is not waited for, ms: the request it guards is answered in a few. */
const COMMAND_TIMEOUT_MS = 150;
/** How long the start of a process waits for Redis, ms. */
const START_MS = 2_000;

/**
 * The generic cell rate algorithm (ITU-T I.371): of a caller only the time is kept at which its bucket would be full again.
 * Equal to a token bucket of `limit` tokens refilled evenly in the window. The clock is Redis's own: processes need not agree.
 * KEYS[1] bucket; ARGV[1] limit; ARGV[2] window, ms. Returns: allowed, remaining, ms until full (allowed) or until the next
 * request may pass (refused). A flushed or restarted Redis makes every bucket full, which lets requests through.
 */
const TAKE = `
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
-- A limit that was lowered, or a clock that was set back, must not shut a caller out for longer than a window.
full = math.min(full, now + window)
local after = full + window / limit
if after - now > window + 0.001 then
  return {0, 0, math.ceil(after - now - window)}
end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
return {1, math.floor((now + window - after) * limit / window + 0.0001), math.ceil(after - now)}`;

interface WithTake extends Redis {
  takeFromBucket(key: string, limit: number, windowMs: number): Promise<[0 | 1, number, number]>;
}

/** Buckets shared by all processes. `take` rejects soon when Redis is away; it never waits for a reconnect. */
export class RedisBuckets implements Buckets {
  private constructor(private readonly client: WithTake) {}

  /** Connects; a Redis that does not answer soon is connected to later, the process starts without it. */
  static async open(url: string, onError: (error: Error) => void = () => {}): Promise<RedisBuckets> {
    const client = new Redis(url, {
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      connectTimeout: 2_000,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    });
    client.on('error', onError);
    client.defineCommand('takeFromBucket', { numberOfKeys: 1, lua: TAKE });
    await Promise.race([
      new Promise<void>((resolve) => client.once('ready', resolve)),
      sleep(START_MS, undefined, { ref: false }),
    ]);
    return new RedisBuckets(client as WithTake);
  }

  async take(caller: string, rate: Rate): Promise<Allowance> {
    const key = `wewall:rate:${rate.name}:${caller}`;
    const [allowed, remaining, ms] = await this.client.takeFromBucket(key, rate.limit, rate.windowSeconds * 1_000);
    return { allowed: allowed === 1, rate, remaining, resetSeconds: Math.max(1, Math.ceil(ms / 1_000)) };
  }

  close(): void {
    this.client.disconnect();
  }
}
