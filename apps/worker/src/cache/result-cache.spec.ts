import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { type CacheUse, ResultCache } from './result-cache.js';

const cacheOf = (limitMb = 1, now: () => number = () => 0) => {
  const uses: CacheUse[] = [];
  return { uses, cache: new ResultCache(limitMb, (use) => uses.push(use), now) };
};

describe(ResultCache.name, () => {
  it('computes identical requests at the same time once and gives the answer again later', async () => {
    const { cache, uses } = cacheOf();
    let computed = 0;
    let release: (value: string) => void = () => {};
    const compute = () => {
      computed += 1;
      return new Promise<string>((resolve) => {
        release = resolve;
      });
    };
    const both = [cache.answer('k', compute), cache.answer('k', compute)];
    release('answer');
    expect(await Promise.all(both)).toEqual(['answer', 'answer']);
    expect(await cache.answer('k', compute)).toBe('answer');
    expect(computed).toBe(1);
    expect(uses).toEqual(['miss', 'joined', 'hit']);
  });

  it('keeps no failure: all who waited hear of it, the next one computes', async () => {
    const { cache } = cacheOf();
    const broken = () => Promise.reject(new Error('database away'));
    const outcomes = await Promise.allSettled([cache.answer('k', broken), cache.answer('k', broken)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.answer('k', async () => 'mended')).toBe('mended');
  });

  it('keeps nothing that was computed from data which changed meanwhile', async () => {
    const { cache } = cacheOf();
    expect(
      await cache.answer(
        'k',
        async () => 'old',
        () => false,
      ),
    ).toBe('old');
    expect(await cache.answer('k', async () => 'new')).toBe('new');
  });

  it('drops the least recently used when the memory is used up, and counts bytes', async () => {
    const { cache, uses } = cacheOf(100 / 1_048_576);
    // 40 characters and two quotes: two fit into 100 bytes, three do not.
    const text = 'x'.repeat(40);
    const ask = (key: string) => cache.answer(key, async () => text);
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    expect(cache.size).toBe(84);
    uses.length = 0;
    await ask('a');
    await ask('b');
    expect(uses).toEqual(['hit', 'miss']);
    await cache.answer('large', async () => 'x'.repeat(200));
    expect(cache.size).toBeLessThanOrEqual(100);
  });

  it('forgets after an hour', async () => {
    let now = 0;
    const { cache, uses } = cacheOf(1, () => now);
    await cache.answer('k', async () => 1);
    now = 3_600_000;
    await cache.answer('k', async () => 1);
    expect(uses).toEqual(['miss', 'miss']);
    expect(cache.size).toBe(1);
  });

  it('keeps nothing with a limit of 0', async () => {
    const { cache, uses } = cacheOf(0);
    await cache.answer('k', async () => 1);
    await cache.answer('k', async () => 1);
    expect(uses).toEqual(['miss', 'miss']);
  });
});

describe(canonicalJson.name, () => {
  it('does not depend on the order of keys, and does on the order of lists', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ё' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ё","d":null}]}');
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});
