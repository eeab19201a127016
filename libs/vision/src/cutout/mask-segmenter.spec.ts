import { describe, expect, it } from 'vitest';
import { scene } from '../image/fixture-pictures.js';
import type { ModelRunner } from '../models/model-runner.js';
import { ModelFailedError } from '../runners/runner.errors.js';
import { MaskSegmenter } from './mask-segmenter.js';

const SIGNAL = new AbortController().signal;
const input = { name: 'image', layout: 'NHWC' as const, width: 4, height: 2, mean: [0, 0, 0], std: [1, 1, 1] };

function opened(meaning: string, data: number[], dims: number[]) {
  const runner: ModelRunner = {
    version: () => 's@000000000001',
    run: async () => ({ out: { data: Float32Array.from(data), dims } }),
    close: async () => {},
  };
  return new MaskSegmenter(runner, { id: 's', input, outputs: [{ name: 'out', meaning }] });
}

describe(MaskSegmenter.name, () => {
  it.each([
    ['mask', [0, 1, 0.5, 2, -1, 1, 0, 0.25], [0, 255, 128, 255, 0, 255, 0, 64]],
    ['mask-logits', [-100, 100, 0, 0, 0, 0, 0, 0], [0, 255, 128, 128, 128, 128, 128, 128]],
  ])('turns a %s into a channel', async (meaning, values, expected) => {
    for (const dims of [
      [1, 1, 2, 4],
      [1, 2, 4, 1],
    ]) {
      const mask = await opened(meaning, values, dims).segment(scene(1, 40, 20), SIGNAL);
      expect(mask).toEqual({ data: Uint8Array.from(expected), width: 4, height: 2, channels: 1 });
    }
  });

  it.each([
    ['features', [1, 2], [1, 2]],
    ['mask', [1, 2], [1, 2]],
  ])('refuses an output of %s that is no mask', async (meaning, values, dims) => {
    await expect(opened(meaning, values, dims).segment(scene(1, 40, 20), SIGNAL)).rejects.toThrow(ModelFailedError);
  });
});
