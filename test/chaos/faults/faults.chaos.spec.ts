import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultStage, isStageInstalled, WHOLE } from './stage.js';

describe.skipIf(!isStageInstalled())('the production stack under load', () => {
  let stage: FaultStage;

  beforeAll(async () => {
    stage = await FaultStage.start();
  }, 120_000);
  afterAll(async () => {
    await stage?.stop();
  }, 60_000);

  it('outlives a Redis that is killed and comes back empty', { timeout: 90_000 }, async () => {
    const report = await stage.survive('redis-kill', 'Redis killed, back empty after 2 s', async () => {
      await stage.topology.redis?.process.end('SIGKILL');
      await sleep(2_000);
      await stage.topology.redis?.startAgain();
    });
    expect(report).toMatchObject(WHOLE);
  });

  it('outlives a Redis that is flushed again and again', { timeout: 90_000 }, async () => {
    const report = await stage.survive('redis-flush', 'Redis flushed 10 times', async () => {
      const redis = new Redis(stage.topology.redis?.url ?? '');
      for (let round = 0; round < 10; round += 1) {
        await redis.flushall();
        await sleep(200);
      }
      redis.disconnect();
    });
    expect(report).toMatchObject(WHOLE);
  });

  it.each(['fast', 'immediate'] as const)('outlives a PostgreSQL restarted (%s)', { timeout: 90_000 }, async (mode) => {
    const report = await stage.survive(`postgres-${mode}`, `PostgreSQL stopped (${mode}), back after 2 s`, async () => {
      await stage.postgres.stop(mode);
      await sleep(2_000);
      await stage.postgres.startAgain();
    });
    expect(report).toMatchObject(WHOLE);
  });

  it('outlives an nginx that is reloaded', { timeout: 90_000 }, async () => {
    const report = await stage.survive('nginx', 'nginx reloaded 5 times', async () => {
      for (let round = 0; round < 5; round += 1) {
        await stage.topology.nginx?.reload(stage.topology.addresses('external-api').reverse());
        await sleep(300);
      }
    });
    expect(report).toMatchObject(WHOLE);
  });
});
