import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MemoryGate } from './memory-gate.js';

/** Runs work of these sizes through a gate; what was running together at most, and in which order it began. */
async function through(sizes: readonly number[], limits: { atOnce: number; bytes: number }) {
  const gate = new MemoryGate(limits);
  let [running, bytes, mostRunning, mostBytes] = [0, 0, 0, 0];
  const order: number[] = [];
  const outcomes = await Promise.allSettled(
    sizes.map((size, n) =>
      gate.run(size, async () => {
        order.push(n);
        running += 1;
        bytes += size;
        mostRunning = Math.max(mostRunning, running);
        mostBytes = Math.max(mostBytes, bytes);
        await sleep(2);
        running -= 1;
        bytes -= size;
        if (size === 13) throw new Error('unlucky');
        return n;
      }),
    ),
  );
  return { mostRunning, mostBytes, order, done: outcomes.filter(({ status }) => status === 'fulfilled').length };
}

describe(MemoryGate.name, () => {
  it('lets so many in at once, first come, first served', async () => {
    const { mostRunning, order, done } = await through(Array(9).fill(1), { atOnce: 4, bytes: 100 });
    expect([mostRunning, done]).toEqual([4, 9]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('keeps within its memory', async () => {
    const { mostBytes, mostRunning, order } = await through([40, 40, 40, 10, 10], { atOnce: 4, bytes: 100 });
    expect(mostBytes).toBeLessThanOrEqual(100);
    expect(mostRunning).toBeGreaterThan(1);
    // The small ones do not overtake a large one for ever.
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets in alone what is larger than all memory', async () => {
    const { mostRunning, done } = await through([300, 300], { atOnce: 4, bytes: 100 });
    expect([mostRunning, done]).toEqual([1, 2]);
  });

  it('gives the place back when the work fails', async () => {
    expect((await through([13, 13, 13, 1], { atOnce: 1, bytes: 100 })).done).toBe(1);
  });
});
