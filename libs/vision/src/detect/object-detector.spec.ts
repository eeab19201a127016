import { describe, expect, it } from 'vitest';
import { scene } from '../image/fixture-pictures.js';
import type { ModelRunner } from '../models/model-runner.js';
import { ModelFailedError } from '../runners/runner.errors.js';
import { objectsOf, RowsDetector } from './object-detector.js';

const SPACE = { width: 100, height: 200, labels: ['person', 'chair'] };
const rowsOf = (...rows: number[][]) => Float32Array.from(rows.flat());

describe(objectsOf.name, () => {
  it('gives boxes in shares of the sides, the surest first', () => {
    const objects = objectsOf(rowsOf([10, 20, 60, 120, 0.5, 1], [0, 0, 50, 50, 0.9, 0]), SPACE);
    expect(objects.map(({ label }) => label)).toEqual(['person', 'chair']);
    expect(objects[1]?.box).toEqual({
      left: expect.closeTo(0.1),
      top: expect.closeTo(0.1),
      width: expect.closeTo(0.5),
      height: expect.closeTo(0.5),
    });
  });

  it('tells an object once, but two of one class beside each other and one before another', () => {
    const rows = rowsOf(
      [0, 0, 50, 50, 0.9, 1],
      [2, 2, 52, 52, 0.8, 1],
      [50, 100, 90, 190, 0.7, 1],
      [0, 0, 50, 30, 0.6, 0],
    );
    expect(objectsOf(rows, SPACE).map(({ score }) => Number(score.toFixed(1)))).toEqual([0.9, 0.7, 0.6]);
  });

  it('gives one object in one place its surer class', () => {
    const rows = rowsOf([0, 0, 50, 50, 0.5, 0], [0, 1, 50, 50, 0.6, 1]);
    expect(objectsOf(rows, SPACE).map(({ label }) => label)).toEqual(['chair']);
  });

  it.each([
    ['not sure enough', [0, 0, 50, 50, 0.29, 1]],
    ['of no class', [0, 0, 50, 50, 0.9, 7]],
    ['empty', [50, 50, 50, 90, 0.9, 1]],
    ['outside', [-90, 10, -10, 60, 0.9, 1]],
    ['no number', [Number.NaN, 0, 50, 50, 0.9, 1]],
    ['of no score', [0, 0, 50, 50, Number.NaN, 1]],
  ])('leaves out what is %s', (_name, row) => {
    expect(objectsOf(rowsOf(row), SPACE)).toEqual([]);
  });
});

describe(RowsDetector.name, () => {
  const model = {
    id: 'd',
    input: { name: 'image', layout: 'NCHW' as const, width: 64, height: 32, mean: [0, 0, 0], std: [1, 1, 1] },
    outputs: [{ name: 'rows', meaning: 'detections' }],
    labels: ['person'],
  };
  const runnerOf = (
    answer: Record<string, { data: Float32Array; dims: number[] }>,
    seen: unknown[] = [],
  ): ModelRunner => ({
    version: () => 'd@000000000001',
    run: async (_id, inputs) => {
      seen.push(inputs.image?.dims);
      return answer;
    },
    close: async () => {},
  });

  it('squeezes the picture into the model’s input and reads its rows', async () => {
    const seen: unknown[] = [];
    const detector = new RowsDetector(
      runnerOf({ rows: { data: rowsOf([0, 0, 32, 32, 0.9, 0]), dims: [1, 1, 6] } }, seen),
      model,
    );
    const objects = await detector.detect(scene(1, 90, 50), new AbortController().signal);
    expect(objects).toEqual([
      { label: 'person', score: expect.closeTo(0.9), box: { left: 0, top: 0, width: 0.5, height: 1 } },
    ]);
    expect(seen).toEqual([[1, 3, 32, 64]]);
  });

  it('does not take another output for detections', async () => {
    const detector = new RowsDetector(runnerOf({ rows: { data: new Float32Array(4), dims: [1, 4] } }), model);
    await expect(detector.detect(scene(1, 90, 50), new AbortController().signal)).rejects.toThrow(ModelFailedError);
  });
});
