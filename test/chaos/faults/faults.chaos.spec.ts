import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFaketime, MovableClock } from './clock.js';
import { SmallDisk } from './small-disk.js';
import { FaultStage, isStageInstalled, WHOLE } from './stage.js';

const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const HOUR = 3_600;

const faketime = findFaketime();
if (!faketime) console.warn('SKIPPED: a clock that jumps needs libfaketime (apt-get install libfaketime)');

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

  it('goes on without room for files and says so to whoever sends one', { timeout: 90_000 }, async (test) => {
    const data = path.join(stage.topology.directory, 'data');
    const disk = SmallDisk.mount(data, 4);
    if (!disk) {
      console.warn('SKIPPED: a full disk needs the right to mount a tmpfs (root)');
      return test.skip();
    }
    const upload = async (name: string) => {
      const form = new FormData();
      // A file of its own each time: the same one would be there already.
      form.set('file', new File([PDF.replace('Catalog', `Catalog/Title(${name})`)], `${name}.pdf`));
      const response = await stage.client.call('/api/v1/uploads', { method: 'POST', body: form });
      return { status: response.status, body: (await response.json()) as { code?: string; uploadId?: string } };
    };
    try {
      expect((await upload('before')).status).toBe(201);
      const refusals: Awaited<ReturnType<typeof upload>>[] = [];
      const report = await stage.survive('disk', 'data directory full for 3 s, files sent meanwhile', async () => {
        disk.fill();
        for (let round = 0; round < 6; round += 1) {
          refusals.push(await upload(`full-${round}`));
          await sleep(500);
        }
        disk.empty();
      });
      expect(report).toMatchObject({ ...WHOLE, refused: 0 });
      for (const refusal of refusals) expect(refusal).toMatchObject({ status: 507, body: { code: 'STORAGE_FULL' } });
      expect((await upload('after')).status).toBe(201);
      expect(readdirSync(path.join(data, 'files', 'incoming'))).toEqual([]);
    } finally {
      disk.unmount();
    }
  });

  it('outlives a core that is frozen longer than its lease', { timeout: 120_000 }, async () => {
    const entry = 'test/chaos/faults/impatient-core';
    await stage.replace('core', [{ entry }, { entry }]);
    const report = await stage.survive(
      'freeze',
      'a core stopped (SIGSTOP) for 6 s, leases of 3 s, then continued',
      async () => {
        const [victim] = stage.topology.of('core');
        victim?.server.signal('SIGSTOP');
        await sleep(6_000);
        victim?.server.signal('SIGCONT');
      },
    );
    expect(report).toMatchObject(WHOLE);
  });

  it.skipIf(!faketime)('relies on no clock but the database’s', { timeout: 120_000 }, async () => {
    const clocks = Array.from(
      { length: 5 },
      (_, index) => new MovableClock(faketime ?? '', path.join(stage.topology.directory, `clock-${index}`)),
    );
    const [first, second, third, fourth, fifth] = clocks.map(({ environment }) => ({ environment }));
    await stage.replace('core', [first ?? {}, second ?? {}]);
    await stage.replace('external-api', [third ?? {}, fourth ?? {}]);
    await stage.replace('worker', [fifth ?? {}]);
    const report = await stage.survive('clock', 'clocks of 5 processes jumped 3 times, up to 2 h apart', async () => {
      for (const direction of [1, -1, 1]) {
        for (const [index, clock] of clocks.entries()) clock.jump(direction * (index % 2 ? HOUR : -HOUR));
        await sleep(1_500);
      }
    });
    expect(report).toMatchObject(WHOLE);
    expect(await stage.overlappingTurns()).toBe(0);
  });
});
