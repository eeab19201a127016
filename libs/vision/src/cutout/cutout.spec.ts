import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Raster } from '../image/raster.js';
import { centreObject, OBJECT_SHARE } from './centre.js';
import { decontaminate } from './decontaminate.js';
import { objectBox } from './mask.js';
import { castShadow } from './shadow.js';

type Colour = readonly [number, number, number];

/** How much of each pixel a shape covers, 0 to 1, from 16 samples. */
function coverage(width: number, height: number, isInside: (x: number, y: number) => boolean): Float32Array {
  const cover = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let inside = 0;
      for (let sample = 0; sample < 16; sample++) {
        if (isInside(x + (0.5 + (sample % 4)) / 4, y + (0.5 + Math.floor(sample / 4)) / 4)) inside++;
      }
      cover[y * width + x] = inside / 16;
    }
  }
  return cover;
}

/** An object of one colour before a ground of another, mixed at its edge as a camera does, and its true mask. */
function shot(
  width: number,
  height: number,
  cover: Float32Array,
  object: Colour,
  ground: Colour,
): { picture: Raster; mask: Raster } {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < cover.length; pixel++) {
    const share = cover[pixel]!;
    for (let channel = 0; channel < 3; channel++) {
      data[pixel * 3 + channel] = Math.round(share * object[channel]! + (1 - share) * ground[channel]!);
    }
  }
  const alpha = Uint8Array.from(cover, (share) => Math.round(share * 255));
  return {
    picture: { data, width, height, channels: 3 },
    mask: { data: alpha, width, height, channels: 1 },
  };
}

const ellipse = (cx: number, cy: number, rx: number, ry: number) => (x: number, y: number) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
const shapes = fc.record({
  width: fc.integer({ min: 40, max: 180 }),
  height: fc.integer({ min: 40, max: 180 }),
  cx: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
  cy: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
  rx: fc.double({ min: 0.12, max: 0.28, noNaN: true }),
  ry: fc.double({ min: 0.12, max: 0.28, noNaN: true }),
});
type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;

const covered = ({ width, height, cx, cy, rx, ry }: Shape) =>
  coverage(width, height, ellipse(cx * width, cy * height, rx * width, ry * height));

describe(centreObject.name, () => {
  it('puts the object in the middle to a pixel, as large as its share of the square, never enlarged', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { picture, mask } = shot(shape.width, shape.height, covered(shape), [200, 30, 30], [20, 90, 200]);
        const before = objectBox(mask)!;
        const cut = (await centreObject(picture, mask))!;
        const { left, top, right, bottom } = objectBox(cut)!;
        expect(Math.abs(left - (cut.width - right))).toBeLessThanOrEqual(1);
        expect(Math.abs(top - (cut.height - bottom))).toBeLessThanOrEqual(1);
        expect(right - left).toBe(before.right - before.left);
        const share = Math.max(right - left, bottom - top) / cut.width;
        expect(share).toBeGreaterThan(OBJECT_SHARE - 0.1);
        expect(share).toBeLessThanOrEqual(OBJECT_SHARE);
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it('scales down what is larger than the square', async () => {
    const cover = coverage(1_600, 1_200, ellipse(800, 600, 700, 500));
    const { picture, mask } = shot(1_600, 1_200, cover, [200, 30, 30], [20, 90, 200]);
    const cut = (await centreObject(picture, mask))!;
    const { left, top, right, bottom } = objectBox(cut)!;
    expect(cut.width).toBe(1_024);
    expect(Math.abs(right - left - 819)).toBeLessThanOrEqual(2);
    expect(Math.abs(left - (1_024 - right))).toBeLessThanOrEqual(1);
    expect(Math.abs(top - (1_024 - bottom))).toBeLessThanOrEqual(1);
  });

  it('takes a mask of another size, an object at the edge of the picture, and no object', async () => {
    const { picture } = shot(
      100,
      80,
      coverage(100, 80, (x) => x > 60),
      [200, 30, 30],
      [20, 90, 200],
    );
    const half: Raster = {
      data: Uint8Array.from({ length: 50 * 40 }, (_p, at) => (at % 50 >= 30 ? 255 : 0)),
      width: 50,
      height: 40,
      channels: 1,
    };
    const cut = (await centreObject(picture, half))!;
    const { left, top, right, bottom } = objectBox(cut)!;
    expect([
      bottom - top,
      Math.abs(left - (cut.width - right)) <= 1,
      Math.abs(top - (cut.height - bottom)) <= 1,
    ]).toEqual([80, true, true]);
    const nothing: Raster = { data: new Uint8Array(8_000), width: 100, height: 80, channels: 1 };
    expect(await centreObject(picture, nothing)).toBeNull();
  });
});

/** Largest difference of a visible pixel's colour from the object's own. */
function worstColour({ data }: Raster, object: Colour): number {
  let worst = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 0) continue;
    for (let channel = 0; channel < 3; channel++)
      worst = Math.max(worst, Math.abs(data[at + channel]! - object[channel]!));
  }
  return worst;
}

describe(decontaminate.name, () => {
  it('leaves nothing of the ground in the edge, whatever the two colours are', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, colour, colour, async (shape, object, ground) => {
        const { picture, mask } = shot(shape.width, shape.height, covered(shape), object, ground);
        const cut = (await centreObject(picture, mask))!;
        expect(worstColour(decontaminate(cut), object)).toBeLessThanOrEqual(8);
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it('takes the ground out although the mask is a pixel too wide', async () => {
    const [object, ground]: [Colour, Colour] = [
      [180, 40, 40],
      [30, 200, 60],
    ];
    const true_ = coverage(120, 120, ellipse(60, 60, 35, 28));
    const { picture } = shot(120, 120, true_, object, ground);
    const wide = coverage(120, 120, ellipse(60, 60, 35.9, 28.9));
    const mask: Raster = {
      data: Uint8Array.from(wide, (share) => Math.round(share * 255)),
      width: 120,
      height: 120,
      channels: 1,
    };
    const cut = (await centreObject(picture, mask))!;
    // Before: the edge is as green as the ground.
    expect(worstColour(cut, object)).toBeGreaterThan(100);
    expect(worstColour(decontaminate(cut), object)).toBeLessThanOrEqual(12);
  });

  it('keeps alpha, the texture inside and the input as they are', async () => {
    const { picture, mask } = shot(100, 100, coverage(100, 100, ellipse(50, 50, 35, 35)), [120, 120, 120], [0, 0, 0]);
    for (let at = 0; at < picture.data.length; at += 3)
      if (mask.data[at / 3] === 255) picture.data[at] = 100 + ((at * 7) % 100);
    const cut = (await centreObject(picture, mask))!;
    const copy = cut.data.slice();
    const clean = decontaminate(cut);
    expect(Buffer.from(cut.data).equals(Buffer.from(copy))).toBe(true);
    const centre = ((cut.height >> 1) * cut.width + (cut.width >> 1)) * 4;
    let changedInside = 0;
    for (let at = 0; at < copy.length; at += 4) {
      expect(clean.data[at + 3]).toBe(copy[at + 3]);
      const [x, y] = [(at / 4) % cut.width, Math.floor(at / 4 / cut.width)];
      const isInside = Math.hypot(x - (cut.width >> 1), y - (cut.height >> 1)) < 30;
      if (isInside && clean.data[at] !== copy[at]) changedInside++;
    }
    expect(changedInside).toBe(0);
    expect(clean.data[centre + 3]).toBe(255);
  });

  it('does without solid or clear pixels', () => {
    const soft: Raster = { data: new Uint8Array(16 * 16 * 4).fill(128), width: 16, height: 16, channels: 4 };
    expect([...decontaminate(soft).data.slice(0, 4)]).toEqual([128, 128, 128, 128]);
    const empty: Raster = { data: new Uint8Array(16 * 16 * 4), width: 16, height: 16, channels: 4 };
    expect(decontaminate(empty).data.every((value) => value === 0)).toBe(true);
  });
});

describe(castShadow.name, () => {
  it('lies under the object, darkens nothing opaque and takes no alpha away', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { picture, mask } = shot(shape.width, shape.height, covered(shape), [220, 220, 220], [20, 90, 200]);
        const cut = decontaminate((await centreObject(picture, mask))!);
        const shaded = await castShadow(cut);
        const box = objectBox(cut)!;
        let [mass, sumX, sumY] = [0, 0, 0];
        for (let pixel = 0; pixel < cut.width * cut.height; pixel++) {
          const at = pixel * 4;
          expect(shaded.data[at + 3]!).toBeGreaterThanOrEqual(cut.data[at + 3]!);
          if (cut.data[at + 3] === 255) {
            expect([...shaded.data.slice(at, at + 4)]).toEqual([...cut.data.slice(at, at + 4)]);
          }
          const added = shaded.data[at + 3]! - cut.data[at + 3]!;
          mass += added;
          sumX += added * (pixel % cut.width);
          sumY += added * Math.floor(pixel / cut.width);
        }
        expect(mass).toBeGreaterThan(0);
        // Under the foot, and as far to the left as to the right of the middle.
        expect(sumY / mass).toBeGreaterThan(box.bottom - 0.15 * (box.bottom - box.top));
        expect(Math.abs(sumX / mass - (box.left + box.right - 1) / 2)).toBeLessThanOrEqual(2);
      }),
      { seed: 6, numRuns: 15 },
    );
  });

  it('leaves an empty picture empty', async () => {
    const empty: Raster = { data: new Uint8Array(64 * 64 * 4), width: 64, height: 64, channels: 4 };
    expect(await castShadow(empty)).toBe(empty);
  });
});
