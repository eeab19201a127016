import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { picture } from '../../../../../test/vision/golden/picture.mjs';
import { defaultModels, ROOT } from '../default-models.js';
import { humanCenterNet, NSFWJS_BACKBONE } from '../tfjs-packages.js';
import { sha256 } from './tfjs-weights.js';

interface Golden {
  backbone: { seed: number; features: number[]; unsafe: number[] }[];
  detector: {
    seed: number;
    detections: number[];
    heatEvery: number;
    heat: number[];
    sizesEvery: number;
    sizes: number[];
  }[];
}

/** Written by test/vision/golden/record.mjs from TensorFlow.js itself. */
const golden = JSON.parse(readFileSync(path.join(ROOT, 'test/vision/golden/golden.json'), 'utf8')) as Golden;
const TOLERANCE = 1e-3;

const open = (model: Buffer) => InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });

/** The formula's picture with channels first. */
function imageTensor(seed: number, size: number, top: number): Tensor {
  const last = picture(seed, size, top);
  const first = new Float32Array(last.length);
  for (let pixel = 0; pixel < size * size; pixel++)
    for (let channel = 0; channel < 3; channel++) first[channel * size * size + pixel] = last[pixel * 3 + channel]!;
  return new Tensor('float32', first, [1, 3, size, size]);
}

async function run(session: InferenceSession, image: Tensor): Promise<Record<string, Float32Array>> {
  const outputs = await session.run({ image });
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

function largestDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(got[i]! - expected[i]!));
  return largest;
}

const everyNth = (values: Float32Array, n: number) => values.filter((_, index) => index % n === 0);
const rowsOf = (detections: ArrayLike<number>) =>
  Array.from({ length: detections.length / 6 }, (_, row) => Array.from(detections).slice(row * 6, row * 6 + 6));

describe('models converted from TensorFlow.js', () => {
  it('have the pinned bytes each time', async () => {
    for (const model of [NSFWJS_BACKBONE, humanCenterNet()]) {
      const [first, second] = [await model.convert(), await model.convert()];
      const pin = defaultModels().find(({ source }) => source.package === model.package);
      expect(sha256(first)).toBe(sha256(second));
      expect({ sha256: sha256(first), bytes: first.length, version: model.installedVersion() }).toEqual({
        sha256: pin?.sha256,
        bytes: pin?.bytes,
        version: pin?.source.version,
      });
    }
  });

  it('the backbone answers what the original answers', async () => {
    const session = await open(await NSFWJS_BACKBONE.convert());
    for (const { seed, features, unsafe } of golden.backbone) {
      const got = await run(session, imageTensor(seed, 224, 1));
      expect(largestDifference(got.features!, features)).toBeLessThan(TOLERANCE);
      expect(largestDifference(got.unsafe!, unsafe)).toBeLessThan(TOLERANCE);
      // The comparison means something: the features are not all zero.
      expect(features.filter((value) => value > 0.1).length).toBeGreaterThan(50);
    }
    await session.release();
  });

  it('the backbone answers the same for a picture alone and in a batch', async () => {
    const session = await open(await NSFWJS_BACKBONE.convert());
    const images = [1, 2].map((seed) => imageTensor(seed, 224, 1).data as Float32Array);
    const batch = new Tensor('float32', Float32Array.from([...images[0]!, ...images[1]!]), [2, 3, 224, 224]);
    const { features } = await run(session, batch);
    expect(largestDifference(features!.subarray(1280), golden.backbone[1]!.features)).toBeLessThan(TOLERANCE);
    await session.release();
  });

  it('the detector answers what the original answers', async () => {
    const session = await open(await humanCenterNet(['detections', 'heat', 'sizes']).convert());
    for (const expected of golden.detector) {
      const got = await run(session, imageTensor(expected.seed, 512, 255));
      expect(largestDifference(everyNth(got.heat!, expected.heatEvery), expected.heat)).toBeLessThan(TOLERANCE);
      // Half-sizes of boxes are in pixels of 512, summed over a hundred layers: a thousandth of what they are, and of a pixel.
      const sizes = everyNth(got.sizes!, expected.sizesEvery);
      for (const [index, value] of expected.sizes.entries())
        expect(Math.abs(sizes[index]! - value)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(value)));
      const [rows, expectedRows] = [rowsOf(got.detections!), rowsOf(expected.detections)];
      for (const [x1, y1, x2, y2, score, label] of expectedRows) {
        // Rows of almost the same score may change places.
        const nearest = rows.find(
          (row) => row[5] === label && Math.abs(row[0]! - x1!) < 0.05 && Math.abs(row[1]! - y1!) < 0.05,
        );
        expect(nearest, `${x1},${y1} of ${label}`).toBeDefined();
        expect(Math.abs(nearest![4]! - score!)).toBeLessThan(TOLERANCE);
        expect(Math.max(Math.abs(nearest![2]! - x2!), Math.abs(nearest![3]! - y2!)) / 512).toBeLessThan(TOLERANCE);
      }
    }
    await session.release();
  });
});
