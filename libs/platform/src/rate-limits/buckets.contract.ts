import { describe, expect, it } from 'vitest';
import { type Buckets, perMinute } from './allowance.js';

/** What every store of buckets does; `pass` lets so many milliseconds pass for it. */
export function describeBuckets(
  name: string,
  open: () => Promise<{ buckets: Buckets; pass(ms: number): Promise<void> }>,
): void {
  describe(`${name} as Buckets`, () => {
    let callers = 0;
    const newCaller = () => `caller-${process.pid}-${callers++}`;

    it('lets a window’s worth through at once, then one for each share of the window', async () => {
      const { buckets, pass } = await open();
      const rate = { name: 'short', limit: 5, windowSeconds: 2 };
      const caller = newCaller();
      for (let left = 4; left >= 0; left -= 1) {
        expect(await buckets.take(caller, rate)).toMatchObject({ allowed: true, remaining: left });
      }
      expect(await buckets.take(caller, rate)).toEqual({ allowed: false, rate, remaining: 0, resetSeconds: 1 });
      expect((await buckets.take(newCaller(), rate)).allowed).toBe(true);
      await pass(450);
      expect((await buckets.take(caller, rate)).allowed).toBe(true);
      expect((await buckets.take(caller, rate)).allowed).toBe(false);
      await pass(2_100);
      expect(await buckets.take(caller, rate)).toMatchObject({ allowed: true, remaining: 4 });
    });

    it('keeps rates of one caller apart', async () => {
      const { buckets } = await open();
      const caller = newCaller();
      await buckets.take(caller, { name: 'one', limit: 1, windowSeconds: 60 });
      expect((await buckets.take(caller, { name: 'one', limit: 1, windowSeconds: 60 })).allowed).toBe(false);
      expect((await buckets.take(caller, { name: 'other', limit: 1, windowSeconds: 60 })).allowed).toBe(true);
    });

    it('lets a caller whose limit was raised go on soon', async () => {
      const { buckets, pass } = await open();
      const caller = newCaller();
      await buckets.take(caller, perMinute(1));
      expect((await buckets.take(caller, perMinute(1))).allowed).toBe(false);
      await pass(150);
      expect((await buckets.take(caller, perMinute(600))).allowed).toBe(true);
    });

    it('counts concurrent requests one by one', async () => {
      const { buckets } = await open();
      const caller = newCaller();
      const taken = await Promise.all(Array.from({ length: 50 }, () => buckets.take(caller, perMinute(20))));
      expect(taken.filter(({ allowed }) => allowed)).toHaveLength(20);
    });
  });
}
