import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, RedisServer } from '#libs/testing';
import { createLogger } from '../logging.js';
import { Metrics } from '../metrics.js';
import { openRateLimiter } from '../rate-limits/open-rate-limiter.js';
import { Shutdown } from '../shutdown.js';
import { hardenHttp } from './harden.js';

/** Few, so that none comes back while a busy machine runs the test. */
const LIMIT = 3;
const logger = createLogger({ level: 'silent', app: 'test' });

@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    return [];
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

describe.skipIf(!hasRedis('the limit of an address'))('the limit of an address over processes with one Redis', () => {
  const metrics = [new Metrics({ processMetrics: false }), new Metrics({ processMetrics: false })] as const;
  const shutdown = new Shutdown(logger);
  const urls: string[] = [];
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
    for (const one of metrics) {
      const app = await NestFactory.create<NestExpressApplication>(OrdersModule, { logger: false, bodyParser: false });
      const limiter = await openRateLimiter({ logger, metrics: one, shutdown, redisUrl: redis.url });
      const addressLimit = { perMinute: LIMIT, limiter };
      hardenHttp(app, { logger, metrics: one, corsOrigins: [], trustedProxies: 1, addressLimit });
      await app.listen(0, '127.0.0.1');
      shutdown.add('http', () => app.close());
      urls.push((await app.getUrl()).replace('[::1]', '127.0.0.1'));
    }
  });
  afterAll(async () => {
    await shutdown.run();
    await redis.stop();
  });

  const ask = async (process: number, address: string): Promise<number> => {
    const response = await fetch(`${urls[process]}/orders`, { headers: { 'x-forwarded-for': address } });
    await response.arrayBuffer();
    return response.status;
  };
  const refusals = async (process: 0 | 1) =>
    (await metrics[process].rateLimited.get()).values.find(({ labels }) => labels.kind === 'address')?.value ?? 0;

  let addresses = 0;
  const newAddress = () => `203.0.113.${++addresses}`;
  /** What a new address is answered that asks the processes in turn, twice more than it may. */
  const askInTurn = async () => {
    const address = newAddress();
    const statuses = [];
    for (let i = 0; i < LIMIT + 2; i += 1) statuses.push(await ask(i % 2, address));
    return statuses;
  };
  // A process that counts alone lets each of these through. An answer of Redis that was late makes it count alone for a second.
  const countedTogether = () =>
    expect.poll(askInTurn, { timeout: 20_000, interval: 200 }).toEqual([...Array<number>(LIMIT).fill(200), 429, 429]);

  it('is counted together', async () => {
    await countedTogether();
    expect((await refusals(0)) + (await refusals(1))).toBeGreaterThanOrEqual(2);
    expect(await ask(0, newAddress())).toBe(200);
  });

  it('holds for each process by itself while Redis is away, and nobody is locked out', async () => {
    await redis.stop();
    const address = newAddress();
    for (const process of [0, 1]) {
      const statuses = [];
      for (let i = 0; i < LIMIT + 1; i += 1) statuses.push(await ask(process, address));
      expect(statuses).toEqual([...Array<number>(LIMIT).fill(200), 429]);
    }
    await redis.startAgain();
    await countedTogether();
  });
});
