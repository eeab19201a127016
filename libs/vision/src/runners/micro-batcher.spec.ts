import { describe, expect, it, vi } from 'vitest';
import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { MicroBatcher } from './micro-batcher.js';

const one = (value: number, width = 2): Record<string, Tensor> => ({
  image: { data: new Float32Array(width).fill(value), dims: [1, width] },
});

function opened(
  maxBatch = 3,
  answer = (input: Tensor): Tensor => ({ data: input.data.map((value) => value * 10), dims: input.dims }),
) {
  const run = vi.fn<ModelRunner['run']>(async (_id, inputs) => ({ scores: answer(inputs.image!) }));
  const runner: ModelRunner = { version: () => 'm@1', run, close: async () => {} };
  const batcher = new MicroBatcher(runner, { maxBatch, maxDelayMs: 15, maxBatchOf: (id) => (id === 'single' ? 1 : 8) });
  return { batcher, run, sizes: () => run.mock.calls.map(([, inputs]) => inputs.image!.dims[0]) };
}

describe(MicroBatcher.name, () => {
  it('runs what comes together as one batch and gives everybody his own', async () => {
    const { batcher, sizes } = opened();
    const outputs = await Promise.all([1, 2, 3, 4].map((value) => batcher.run('m', one(value))));
    expect(outputs.map(({ scores }) => [...scores!.data])).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
      [40, 40],
    ]);
    expect(outputs.every(({ scores }) => scores!.dims[0] === 1)).toBe(true);
    // Three are full at once, the fourth waits for others and goes alone.
    expect(sizes()).toEqual([3, 1]);
  });

  it('keeps other shapes and models that take one at a time apart', async () => {
    const { batcher, sizes } = opened();
    await Promise.all([
      batcher.run('m', one(1)),
      batcher.run('m', one(2, 5)),
      batcher.run('single', one(3)),
      batcher.run('single', one(4)),
    ]);
    expect(sizes()).toEqual([1, 1, 1, 1]);
  });

  it('leaves out whoever gave up, and fails all when the batch fails', async () => {
    const { batcher, run, sizes } = opened();
    const stop = new AbortController();
    const given = expect(batcher.run('m', one(1), stop.signal)).rejects.toThrow('enough');
    const kept = batcher.run('m', one(2));
    stop.abort(new Error('enough'));
    await given;
    await kept;
    expect(sizes()).toEqual([1]);
    run.mockRejectedValue(new Error('broken'));
    const failures = await Promise.allSettled([batcher.run('m', one(1)), batcher.run('m', one(2))]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('tells a model whose output is no batch', async () => {
    const { batcher } = opened(2, (input) => ({ data: input.data, dims: [1, input.data.length] }));
    const failures = await Promise.allSettled([batcher.run('m', one(1)), batcher.run('m', one(2))]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
