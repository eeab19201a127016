import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { cacheKey, StepCache } from './step-cache.js';

const SIGNAL = new AbortController().signal;
const SUBJECT = { sha256: 'a'.repeat(64), step: 'classify', model: 'probe@000000000001' };

describe(cacheKey.name, () => {
  it('changes with everything the value depends on, not with the order of settings', () => {
    const key = cacheKey({ ...SUBJECT, params: { a: 1, b: 2 } });
    expect(cacheKey({ ...SUBJECT, params: { b: 2, a: 1 } })).toBe(key);
    const others = [
      cacheKey({ ...SUBJECT, sha256: 'b'.repeat(64), params: { a: 1, b: 2 } }),
      cacheKey({ ...SUBJECT, step: 'detect', params: { a: 1, b: 2 } }),
      cacheKey({ ...SUBJECT, model: 'probe@000000000002', params: { a: 1, b: 2 } }),
      cacheKey({ ...SUBJECT, params: { a: 1, b: 3 } }),
      cacheKey(SUBJECT),
    ];
    expect(new Set([key, ...others]).size).toBe(6);
  });
});

describe(StepCache.name, () => {
  it('computes once for many who ask at the same time, and not again afterwards', async () => {
    const cache = new StepCache();
    const compute = vi.fn(async () => ({ kind: 'plan' }));
    const answers = await Promise.all(Array.from({ length: 10 }, () => cache.through('k', compute, SIGNAL)));
    expect(answers.map(({ value }) => value)).toEqual(Array(10).fill({ kind: 'plan' }));
    expect(answers.filter(({ cached }) => !cached)).toHaveLength(1);
    await cache.through('k', compute, SIGNAL);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('never hands out the object it keeps', async () => {
    const cache = new StepCache();
    const compute = async () => ({ words: ['a'] });
    await cache.through('k', compute, SIGNAL);
    const first = (await cache.through('k', compute, SIGNAL)).value as { words: string[] };
    first.words.push('b');
    expect((await cache.through('k', compute, SIGNAL)).value).toEqual({ words: ['a'] });
  });

  it('keeps no failure and lets those who joined an aborted computation begin their own', async () => {
    const cache = new StepCache();
    await expect(cache.through('k', () => Promise.reject(new Error('busy')), SIGNAL)).rejects.toThrow('busy');
    const leader = new AbortController();
    const led = cache.through(
      'k',
      () =>
        new Promise((_resolve, reject) => leader.signal.addEventListener('abort', () => reject(leader.signal.reason))),
      leader.signal,
    );
    const joined = cache.through('k', async () => 'own', SIGNAL);
    await sleep(1);
    leader.abort(new Error('the worker is draining'));
    await expect(led).rejects.toThrow('draining');
    await expect(joined).resolves.toEqual({ value: 'own', cached: false });
  });

  it('stays within its memory, drops the least recently used first and what is too old', async () => {
    let now = 0;
    const cache = new StepCache({ memoryBytes: 700, maxAgeMs: 1_000, now: () => now });
    const ask = async (key: string) => (await cache.through(key, async () => 'v'.repeat(100), SIGNAL)).cached;
    for (const key of ['a', 'b', 'c', 'a', 'd']) await ask(key);
    expect(cache.size).toBeLessThanOrEqual(700);
    expect([await ask('a'), await ask('b')]).toEqual([true, false]);
    now = 2_000;
    expect(await ask('a')).toBe(false);
  });

  it('asks the store before computing, and does without it when it fails', async () => {
    const stored = new Map<string, unknown>();
    const store = {
      get: async (key: string) => stored.get(key),
      set: async (key: string, value: unknown) => void stored.set(key, value),
    };
    await new StepCache({ store }).through('k', async () => 1, SIGNAL);
    expect(await new StepCache({ store }).through('k', async () => 2, SIGNAL)).toEqual({ value: 1, cached: true });
    const onStoreError = vi.fn();
    const broken = { get: () => Promise.reject(new Error('down')), set: () => Promise.reject(new Error('down')) };
    expect(await new StepCache({ store: broken, onStoreError }).through('k', async () => 3, SIGNAL)).toEqual({
      value: 3,
      cached: false,
    });
    expect(onStoreError).toHaveBeenCalledTimes(2);
  });
});
