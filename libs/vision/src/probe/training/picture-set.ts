import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImageKind } from '../../analysis.js';
import { degrade, onGround, reframe } from '../synthetic/degradation.js';
import { HELD_OUT_PICTURES } from '../synthetic/held-out-pictures.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { TRAINING_PICTURES } from '../synthetic/training-pictures.js';

/** One picture with what it is, as a JPEG like those clients send. */
export interface LabelledPicture {
  label: ImageKind;
  jpeg: Buffer;
  /** Generator or source file. */
  origin: string;
}

/** Photographs and abstract pictures on disk, split so that no scene is in both sets. */
export class PictureSources {
  private constructor(
    readonly photos: { train: string[]; test: string[] },
    readonly abstract: { train: string[]; test: string[] },
  ) {}

  /** A folder written by data/vision/collect-photos.mjs. Throws when it lacks photographs. */
  static in(folder: string): PictureSources {
    const list = (kind: string) =>
      readdirSync(path.join(folder, kind))
        .sort()
        .map((name) => path.join(folder, kind, name));
    const sources = new PictureSources(splitByScene(list('photo')), splitByScene(list('other')));
    if (Math.min(sources.photos.train.length, sources.photos.test.length) < 10)
      throw new RangeError(`too few photographs in ${folder}: run node data/vision/collect-photos.mjs ${folder}`);
    return sources;
  }
}

/** Views of one panorama (`scene_NN.png`) are one scene. About two scenes of five are for testing. */
function splitByScene(files: string[]): { train: string[]; test: string[] } {
  const isTest = (file: string) => {
    const scene = path.parse(file).name.replace(/_\d\d$/, '');
    return createHash('sha256').update(scene).digest()[0]! < 0.4 * 256;
  };
  return { train: files.filter((file) => !isTest(file)), test: files.filter(isTest) };
}

/** `count` pictures of each kind. The test set has another generator, other scenes and stronger degradations. */
export async function* pictureSet(
  set: 'train' | 'test',
  sources: PictureSources,
  count: number,
  seed: number,
): AsyncGenerator<LabelledPicture> {
  const random = new SeededRandom(seed);
  const drawn = set === 'train' ? TRAINING_PICTURES : HELD_OUT_PICTURES;
  const tilt = set === 'train' ? 4 : 7;
  const photos = sources.photos[set];
  for (let i = 0; i < count; i++) {
    const photo = random.pick(photos);
    const framed = await reframe(readFileSync(photo), random);
    yield { label: 'photo', origin: path.basename(photo), jpeg: await degrade(framed, random, { tilt: 2 }) };
    for (const label of ['plan', 'document', 'other'] as const) {
      if (label === 'other' && random.chance(0.3)) {
        const file = random.pick(sources.abstract[set]);
        const part = await reframe(readFileSync(file), random);
        yield { label, origin: path.basename(file), jpeg: await degrade(part, random) };
        continue;
      }
      const draw = random.pick<(random: SeededRandom) => Buffer>(drawn[label]);
      let picture = draw(random);
      let origin = draw.name;
      if (label !== 'other' && random.chance(0.3)) {
        picture = await onGround(picture, readFileSync(random.pick(photos)), random);
        origin += ' on a ground';
      }
      yield { label, origin, jpeg: await degrade(picture, random, { tilt }) };
    }
  }
}
