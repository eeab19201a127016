import { describe, expect, it } from 'vitest';
import { HealthRegistry } from './http/health.js';
import { Metrics } from './metrics.js';

describe(Metrics.name, () => {
  it('samples gauges at scrape time and says when one could not be', async () => {
    const metrics = new Metrics({ processMetrics: false });
    let depth = 3;
    metrics.addCollector(async () => metrics.queueDepth.set({ queue: 'calculator' }, depth));
    expect(await metrics.exposition()).toContain('wewall_queue_depth{queue="calculator"} 3');
    depth = 5;
    const remove = metrics.addCollector(() => {
      throw new Error('database away');
    });
    const text = await metrics.exposition();
    expect(text).toContain('wewall_queue_depth{queue="calculator"} 5');
    expect(text).toContain('wewall_collectors_ok 0');
    remove();
    expect(await metrics.exposition()).toContain('wewall_collectors_ok 1');
  });

  it('counts sends by target and outcome', async () => {
    const metrics = new Metrics({ processMetrics: false });
    metrics.sends.inc({ target: 'telegram', outcome: 'sent' });
    expect(await metrics.exposition()).toContain('wewall_sends_total{target="telegram",outcome="sent"} 1');
  });
});

describe(HealthRegistry.name, () => {
  it('is unavailable while a needed part does not answer, and stays ready without an optional one', async () => {
    const health = new HealthRegistry();
    let database = true;
    health.register({
      name: 'database',
      check: async () => {
        if (!database) throw new Error('away');
      },
    });
    health.register({ name: 'crm', optional: true, check: () => Promise.reject(new Error('away')) });
    expect(await health.report()).toEqual({ status: 'ok', checks: { database: 'ok', crm: 'degraded' } });
    database = false;
    expect(await health.report()).toMatchObject({ status: 'unavailable', checks: { database: 'unavailable' } });
  });

  it('counts a check that hangs as failed', async () => {
    const health = new HealthRegistry();
    health.register({ name: 'redis', check: () => new Promise(() => {}) });
    expect((await health.report()).status).toBe('unavailable');
  });
});
