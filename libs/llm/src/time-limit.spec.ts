import { describe, expect, it } from 'vitest';
import { stopOf, TimeLimit } from './time-limit.js';

describe(TimeLimit.name, () => {
  it('aborts when its time is over', async () => {
    const { signal } = new TimeLimit(1);
    await expect.poll(() => stopOf(signal)).toBe('out-of-time');
  });

  it('aborts with the outer signal, for its reason, also when that came before', () => {
    const outer = new AbortController();
    const before = new TimeLimit(60_000, outer.signal);
    outer.abort(new Error('the lease was lost'));
    for (const { signal } of [before, new TimeLimit(60_000, outer.signal)]) expect(stopOf(signal)).toBe('cancelled');
  });

  it('passes on that the outer time is over', async () => {
    const { signal } = new TimeLimit(60_000, new TimeLimit(1).signal);
    await expect.poll(() => stopOf(signal)).toBe('out-of-time');
  });

  it('does nothing after its end', () => {
    const outer = new AbortController();
    const limit = new TimeLimit(60_000, outer.signal);
    limit.end();
    outer.abort();
    expect(stopOf(limit.signal)).toBeNull();
    expect(stopOf(undefined)).toBeNull();
  });
});
