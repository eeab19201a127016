import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImageKind } from '../../analysis.js';
import { BLIND_PICTURES } from '../synthetic/blind-pictures.js';
import { degrade, onGround, reframe } from '../synthetic/degradation.js';
import { HELD_OUT_PICTURES } from '../synthetic/held-out-pictures.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { TRAINING_ABSTRACTS } from '../synthetic/training-abstracts.js';
import { TRAINING_PICTURES } from '../synthetic/training-pictures.js';

/** One picture with what it is, as a JPEG like those clients send. */
export interface LabelledPicture {
  label: ImageKind;
  jpeg: Buffer;
  /** Generator or source file. */
  origin: string;
}

/** Training, development (looked at while tuning) and blind (never looked at; its score is the published one). */
export type PictureSetName = 'train' | 'development' | 'blind';

/** Photographs and abstract pictures on disk, split so that no scene is in two sets. */
export class PictureSources {
  private constructor(
    readonly photos: Record<PictureSetName, string[]>,
    readonly abstract: Record<PictureSetName, string[]>,
  ) {}

  /** A folder written by data/vision/collect-photos.mjs. Throws when it lacks photographs. */
  static in(folder: string): PictureSources {
    const list = (kind: string) =>
      readdirSync(path.join(folder, kind))
        .sort()
        .map((name) => path.join(folder, kind, name));
    const sources = new PictureSources(splitByScene(list('photo')), splitByScene(list('other')));
    if (Math.min(...Object.values(sources.photos).map((files) => files.length)) < 10)
      throw new RangeError(`too few photographs in ${folder}: run node data/vision/collect-photos.mjs ${folder}`);
    return sources;
  }
}

/** Views of one panorama (`scene_NN.png`) are one scene. Of five scenes about three are for training. */
function splitByScene(files: string[]): Record<PictureSetName, string[]> {
  const sets: Record<PictureSetName, string[]> = { train: [], development: [], blind: [] };
  for (const file of files) {
    const scene = path.parse(file).name.replace(/_\d\d$/, '');
    const share = createHash('sha256').update(scene).digest()[0]! / 256;
    sets[share < 0.6 ? 'train' : share < 0.8 ? 'development' : 'blind'].push(file);
  }
  return sets;
}

const DRAWN = { train: TRAINING_PICTURES, development: HELD_OUT_PICTURES, blind: BLIND_PICTURES };

/** `count` pictures of each kind. Each set has its own generator and scenes; all but the training set are tilted more. */
export async function* pictureSet(
  set: PictureSetName,
  sources: PictureSources,
  count: number,
  seed: number,
): AsyncGenerator<LabelledPicture> {
  const random = new SeededRandom(seed);
  const drawn = DRAWN[set];
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
      if (label !== 'other' && random.chance(set === 'train' ? 0.45 : 0.3)) {
        picture = await onGround(picture, readFileSync(random.pick(photos)), random);
        origin += ' on a ground';
      }
      yield { label, origin, jpeg: await degrade(picture, random, { tilt }) };
    }
  }
  // What belongs to no kind is the most varied: it is trained on twice as many pictures. Classes weigh the same in training.
  if (set === 'train') yield* abstracts(count, seed);
}

async function* abstracts(count: number, seed: number): AsyncGenerator<LabelledPicture> {
  const random = new SeededRandom(seed + 1_000_003);
  for (let i = 0; i < count; i++) {
    const draw = random.pick<(random: SeededRandom) => Buffer>(TRAINING_ABSTRACTS);
    yield { label: 'other', origin: draw.name, jpeg: await degrade(draw(random), random) };
  }
}
