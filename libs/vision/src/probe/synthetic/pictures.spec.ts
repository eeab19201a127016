import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BLIND_PICTURES } from './blind-pictures.js';
import { HELD_OUT_PICTURES } from './held-out-pictures.js';
import { SeededRandom } from './seeded-random.js';
import { TRAINING_ABSTRACTS } from './training-abstracts.js';
import { TRAINING_PICTURES } from './training-pictures.js';

const generators = [
  ...[TRAINING_PICTURES, HELD_OUT_PICTURES, BLIND_PICTURES].flatMap((set) => Object.values(set).flat()),
  ...TRAINING_ABSTRACTS,
] as ((random: SeededRandom) => Buffer)[];
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('generated pictures', () => {
  it.each(generators.map((draw) => [draw.name, draw] as const))(
    '%s: the same for a seed, another for another',
    (_name, draw) => {
      expect(hash(draw(new SeededRandom(1)))).toBe(hash(draw(new SeededRandom(1))));
      expect(hash(draw(new SeededRandom(1)))).not.toBe(hash(draw(new SeededRandom(2))));
    },
  );

  it('no generator draws for two sets', () => {
    expect(new Set(generators).size).toBe(generators.length);
  });
});
