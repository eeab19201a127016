import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { mulberry32 } from '#libs/platform';
import type { PerceptualHash } from '../analysis.js';
import { decodeImage } from './decode.js';
import { encoder, plan, scene } from './fixture-pictures.js';
import { HashIndex } from './hash-index.js';
import { hashDistance, perceptualHash, setBits, similarity } from './perceptual-hash.js';

const hashOf = async (picture: Sharp) => (await perceptualHash(await decodeImage(await picture.toBuffer(), 800)))!;
const distances = (a: PerceptualHash, b: PerceptualHash) =>
  [hashDistance(a.phash, b.phash), hashDistance(a.dhash, b.dhash)] as const;

const SCENES = 12;
const PLANS = 30;

describe(perceptualHash.name, () => {
  let scenes: PerceptualHash[];
  let plans: PerceptualHash[];
  beforeAll(async () => {
    scenes = await Promise.all(
      Array.from({ length: SCENES }, (_s, seed) => hashOf(encoder(scene(seed, 240, 180)).png())),
    );
    plans = await Promise.all(Array.from({ length: PLANS }, (_s, seed) => hashOf(encoder(plan(seed)).png())));
  });

  it('is 64 and 256 bits in hex, and nothing for a blank picture', async () => {
    expect(scenes[0]).toEqual({
      phash: expect.stringMatching(/^[0-9a-f]{16}$/),
      dhash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const blank = await sharp({ create: { width: 50, height: 50, channels: 3, background: '#fefefe' } })
      .png()
      .toBuffer();
    expect(await perceptualHash(await decodeImage(blank, 50))).toBeNull();
  });

  it.each([
    ['pressed hard', (picture: Sharp) => picture.jpeg({ quality: 30 })],
    ['half as large', (picture: Sharp) => picture.resize(120).jpeg()],
    ['lighter', (picture: Sharp) => picture.linear(1, 30).jpeg()],
  ])('takes a photo %s for the same', async (_name, change) => {
    for (let seed = 0; seed < SCENES; seed++) {
      const [phash, dhash] = distances(scenes[seed]!, await hashOf(change(encoder(scene(seed, 240, 180)))));
      expect(similarity('photo', phash, dhash), `scene ${seed}: ${phash} bits`).toBe('same');
    }
  });

  it('takes a plan pressed or scaled for the same', async () => {
    for (let seed = 0; seed < PLANS; seed++) {
      const [phash, dhash] = distances(
        plans[seed]!,
        await hashOf(encoder(plan(seed)).resize(300).jpeg({ quality: 60 })),
      );
      expect(similarity('plan', phash, dhash), `plan ${seed}: ${phash} bits, ${dhash} gradients`).toBe('same');
    }
  });

  it('takes no two different plans and no two different photos for the same', () => {
    const pairs = (hashes: PerceptualHash[], kind: 'photo' | 'plan') =>
      hashes.flatMap((a, at) => hashes.slice(at + 1).map((b) => similarity(kind, ...distances(a, b))));
    expect(pairs(plans, 'plan').filter((found) => found !== null)).toEqual([]);
    expect(pairs(scenes, 'photo').filter((found) => found === 'same')).toEqual([]);
  });
});

describe(similarity.name, () => {
  it.each([
    ['photo', 7, 200, 'same'],
    ['photo', 8, 200, 'maybe'],
    ['photo', 12, 0, 'maybe'],
    ['photo', 13, 0, null],
    ['plan', 6, 24, 'same'],
    ['plan', 7, 0, null],
    ['document', 6, 25, null],
    ['unknown', 8, 0, null],
  ] as const)('of a %s at %i bits and %i gradients is %s', (kind, phash, dhash, expected) => {
    expect(similarity(kind, phash, dhash)).toBe(expected);
  });
});

describe(HashIndex.name, () => {
  const random = mulberry32(5);
  const word = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const made = (words: number) => Array.from({ length: words }, word).join('');
  const flipped = (hex: string, bits: number) =>
    (BigInt(`0x${hex}`) ^ ((1n << BigInt(bits)) - 1n)).toString(16).padStart(hex.length, '0');

  it('finds among many exactly those within the distance, nearest first', () => {
    const hashes = Array.from({ length: 5_000 }, () => ({ phash: made(2), dhash: made(8) }));
    const wanted = hashes[1_234]!;
    const near = [3, 9, 13].map((bits) => ({ phash: flipped(wanted.phash, bits), dhash: wanted.dhash }));
    const index = new HashIndex([...hashes, ...near].map((hash, n) => ({ source: { fileId: `${n}` }, hash })));
    expect(index.size).toBe(5_003);
    expect(index.find(wanted, 'photo')).toEqual([
      { source: { fileId: '1234' }, certainty: 'same', distance: 0 },
      { source: { fileId: '5000' }, certainty: 'same', distance: 3 },
      { source: { fileId: '5001' }, certainty: 'maybe', distance: 9 },
    ]);
    expect(index.find(wanted, 'plan').map(({ distance }) => distance)).toEqual([0, 3]);
    expect(index.find({ ...wanted, dhash: flipped(wanted.dhash, 25) }, 'plan')).toEqual([]);
  });

  it('agrees with counting bit by bit', () => {
    for (let n = 0; n < 200; n++) {
      const [a, b] = [made(8), made(8)];
      const bits = [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;
      expect(hashDistance(a, b)).toBe(bits);
    }
    expect([0, 1, 0xffffffff, 0x80000000].map(setBits)).toEqual([0, 1, 32, 1]);
  });
});
