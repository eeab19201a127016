import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { StepCache } from '../cache/step-cache.js';
import { ModelBusyError, ModelMissingError } from '../runners/runner.errors.js';
import { Pipeline } from './pipeline.js';
import { StepError } from './step.errors.js';
import type { StepResult } from './step.js';

const INPUT = { sha256: 'ab'.repeat(32), name: 'x' };
const base = { timeoutMs: 1_000 };
const outcome = (result: StepResult<unknown>) =>
  result.status === 'ok' ? result.value : result.status === 'skipped' ? result.reason : result.code;

const over = () => Pipeline.over<typeof INPUT>();

describe(Pipeline.name, () => {
  it('hands values on and says how every step ended', async () => {
    const pipeline = over()
      .step('letters', { ...base, run: async ({ input }) => input.name.length })
      .step('double', {
        ...base,
        needs: ['letters'],
        version: () => 'm@1',
        run: async ({ needs }) => needs.letters * 2,
      });
    const results = await pipeline.run(INPUT);
    expect(results.double).toEqual({
      step: 'double',
      status: 'ok',
      value: 2,
      cached: false,
      model: 'm@1',
      ms: expect.any(Number),
    });
  });

  it('isolates a failure: what needs it is skipped, the rest goes on', async () => {
    const onUnexpected = vi.fn();
    const results = await over()
      .step('bad', { ...base, run: async (): Promise<number> => Promise.reject(new TypeError('oops')) })
      .step('child', { ...base, needs: ['bad'], run: async ({ needs }) => needs.bad })
      .step('grandchild', { ...base, needs: ['child'], run: async ({ needs }) => needs.child })
      .step('curious', { ...base, after: ['bad'], run: async ({ after }) => after.bad ?? 'without' })
      .step('busy', { ...base, run: async () => Promise.reject(new ModelBusyError('m', 50)) })
      .step('absent', { ...base, run: async () => Promise.reject(new ModelMissingError('m')) })
      .step('alone', { ...base, run: async () => 'fine' })
      .run(INPUT, { onUnexpected });
    expect(Object.values(results).map(outcome)).toEqual([
      'step-failed',
      'needs:bad',
      'needs:child',
      'without',
      'model-busy',
      'model-missing',
      'fine',
    ]);
    expect(onUnexpected).toHaveBeenCalledExactlyOnceWith('bad', expect.any(TypeError));
  });

  it('skips with a reason and without its model', async () => {
    const run = vi.fn(async () => 1);
    const results = await over()
      .step('kind', { ...base, run: async () => 'plan' })
      .step('detect', {
        ...base,
        after: ['kind'],
        when: ({ after }) => after.kind === 'photo' || `kind:${after.kind}`,
        run,
      })
      .step('describe', { ...base, version: () => null, run })
      .run(INPUT);
    expect([outcome(results.detect), outcome(results.describe)]).toEqual(['kind:plan', 'model-missing']);
    expect(run).not.toHaveBeenCalled();
  });

  it('runs at the same time what does not wait for each other', async () => {
    let running = 0;
    let most = 0;
    const together = async () => {
      most = Math.max(most, ++running);
      await sleep(20);
      running--;
    };
    await over()
      .step('a', { ...base, run: together })
      .step('b', { ...base, run: together })
      .step('c', { ...base, needs: ['a', 'b'], run: together })
      .run(INPUT);
    expect(most).toBe(2);
  });

  it('ends a step at its time, tells it to stop and calls the failure worth repeating', async () => {
    let stopped = false;
    const { slow } = await over()
      .step('slow', {
        timeoutMs: 20,
        run: (_values, signal) => {
          signal.addEventListener('abort', () => {
            stopped = true;
          });
          return new Promise<never>(() => {});
        },
      })
      .run(INPUT);
    expect(slow).toMatchObject({ status: 'failed', code: 'step-timeout', retryable: true });
    expect(stopped).toBe(true);
  });

  it('rejects with the fatal failure itself and stops the others', async () => {
    const refusal = new StepError('image-corrupt', false);
    const onStep = vi.fn();
    const run = over()
      .step('inspect', { ...base, fatal: true, run: async () => Promise.reject(refusal) })
      .step('child', { ...base, needs: ['inspect'], run: async () => 1 })
      .step('endless', { ...base, run: () => new Promise<never>(() => {}) })
      .run(INPUT, { onStep });
    await expect(run).rejects.toBe(refusal);
    expect(onStep).not.toHaveBeenCalled();
  });

  it('rejects with the reason of the signal', async () => {
    const reason = new Error('draining');
    const stop = new AbortController();
    const { signal } = stop;
    const pipeline = over().step('endless', { ...base, run: () => new Promise<never>(() => {}) });
    const run = pipeline.run(INPUT, { signal });
    stop.abort(reason);
    await expect(run).rejects.toBe(reason);
    await expect(pipeline.run(INPUT, { signal })).rejects.toBe(reason);
  });

  it('computes a value that cannot be kept only when somebody needs it', async () => {
    const decode = vi.fn(async () => new Uint8Array(4));
    const cache = new StepCache();
    const pipeline = over()
      .step('normalise', { ...base, transient: true, run: decode })
      .step('hash', { ...base, needs: ['normalise'], cache: () => ({}), version: () => 'h@1', run: async () => 'h' });
    const first = await pipeline.run(INPUT, { cache });
    const again = await pipeline.run(INPUT, { cache });
    expect([first.hash.cached, again.hash.cached]).toEqual([false, true]);
    expect(outcome(again.normalise)).toBe('not-needed');
    expect(decode).toHaveBeenCalledTimes(1);
  });

  it('goes on where an attempt before stopped: only failures that may go away are tried again', async () => {
    const runs: string[] = [];
    let busy = true;
    const noted = (name: string, work: () => unknown) => async () => {
      runs.push(name);
      return work();
    };
    const pipeline = over()
      .step('decode', { ...base, transient: true, run: noted('decode', () => 1) })
      .step('good', { ...base, run: noted('good', () => 'kept') })
      .step('broken', {
        ...base,
        run: noted('broken', () => {
          throw new StepError('model-failed', false);
        }),
      })
      .step('busy', {
        ...base,
        needs: ['decode'],
        run: noted('busy', () => {
          if (busy) throw new ModelBusyError('m', 1);
          return 'now';
        }),
      })
      .step('child', { ...base, needs: ['busy'], run: noted('child', () => 'after') });
    const first = await pipeline.run(INPUT);
    busy = false;
    // As a queue keeps it.
    const previous = JSON.parse(JSON.stringify(Object.values(first))) as StepResult<unknown>[];
    runs.length = 0;
    const second = await pipeline.run(INPUT, { previous });
    expect(runs.toSorted()).toEqual(['busy', 'child', 'decode']);
    expect(Object.values(second).map(outcome)).toEqual([1, 'kept', 'model-failed', 'now', 'after']);
  });

  it('refuses to be built with steps that wait for what does not come before', () => {
    const pipeline = over().step('a', { ...base, run: async () => 1 });
    expect(() => pipeline.step('a', { ...base, run: async () => 1 })).toThrow(/two steps/);
    expect(() => pipeline.step('b', { ...base, needs: ['c' as 'a'], run: async () => 1 })).toThrow(
      /does not come before/,
    );
  });
});
