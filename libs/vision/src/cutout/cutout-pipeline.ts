import type { FileStore, StoredFile } from '#libs/platform';
import type { DetectedObject } from '../analysis.js';
import { CUTOUT_SIDE, decodeImage } from '../image/decode.js';
import { imageFacts } from '../image/inspect.js';
import { type Raster, sharpOf } from '../image/raster.js';
import type { Decoding, LookInput, VisionParts } from '../pipeline/looking.js';
import { MemoryGate } from '../pipeline/memory-gate.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { StepError } from '../pipeline/step.errors.js';
import { CANVAS_SIDE } from './centre.js';
import type { CutoutThreads } from './cutout-threads.js';

/** A picture and how its objects are to be cut out. */
export interface CutoutInput extends LookInput {
  mask: Raster | null;
  /** Shares of the picture's sides: one cut-out each; empty = the whole picture is one. */
  boxes: readonly DetectedObject['box'][];
  background: 'transparent' | 'white';
  shadow: boolean;
}

/** Objects of one picture that are worked on at the same time. */
export const OBJECTS_AT_ONCE = 4;
/** Memory for them, bytes; one needs the square in bytes and as floats of colours, twice. */
const OBJECTS_BYTES = 256 * 1024 * 1024;
const OBJECT_BYTES = CANVAS_SIDE ** 2 * (4 + 4 * 3 * 3);

/** What the chain works with beside the models. */
export interface CutoutTools extends Decoding {
  threads: CutoutThreads;
  /** Where finished pictures are kept; without it nothing is. */
  files?: Pick<FileStore, 'put'>;
}

/** The picture that the steps work on: a part of the whole, with the mask of that part. */
interface Piece {
  picture: Raster;
  mask: Raster;
}

/** describe → segment → centre → decontaminate → shadow → persist. */
export function cutoutPipeline({ describer, segmenter }: VisionParts, { gate, threads, files }: CutoutTools) {
  const objects = new MemoryGate({ atOnce: OBJECTS_AT_ONCE, bytes: OBJECTS_BYTES });
  const each = <In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> =>
    Promise.all(items.map((item) => objects.run(OBJECT_BYTES, () => work(item))));
  return Pipeline.over<CutoutInput>()
    .step('inspect', {
      timeoutMs: 10_000,
      fatal: true,
      run: ({ input }) => imageFacts(input.bytes),
    })
    .step('picture', {
      needs: ['inspect'],
      timeoutMs: 60_000,
      transient: true,
      fatal: true,
      run: ({ input, needs: { inspect } }) =>
        gate.run(inspect.width * inspect.height * 4, () => decodeImage(input.bytes, CUTOUT_SIDE)),
    })
    .step('describe', {
      needs: ['picture'],
      timeoutMs: 60_000,
      version: () => describer?.version ?? null,
      cache: () => ({}),
      run: ({ needs }, signal) => describer!.describe(needs.picture, signal),
    })
    .step('segment', {
      needs: ['picture'],
      when: ({ input }) => input.mask === null || 'mask-given',
      timeoutMs: 120_000,
      version: (input) => (input.mask ? undefined : segmenter?.version) ?? null,
      transient: true,
      run: ({ needs }, signal) => segmenter!.segment(needs.picture, signal),
    })
    .step('centre', {
      needs: ['picture'],
      after: ['segment'],
      timeoutMs: 60_000,
      transient: true,
      when: ({ input, after }) => Boolean(input.mask ?? after.segment) || 'needs:segment',
      run: async ({ input, needs, after }, signal) => {
        const mask = (input.mask ?? after.segment) as Raster;
        const pieces = await piecesOf(needs.picture, mask, input.boxes);
        const cuts = await each(pieces, ({ picture, mask: part }) => threads.centre(picture, part, signal));
        const found = cuts.filter((cut) => cut !== null);
        if (found.length === 0) throw new StepError('object-not-found', false);
        return found;
      },
    })
    .step('decontaminate', {
      needs: ['centre'],
      timeoutMs: 60_000,
      transient: true,
      run: ({ needs }, signal) => each(needs.centre, (cut) => threads.decontaminate(cut, signal)),
    })
    .step('shadow', {
      needs: ['decontaminate'],
      when: ({ input }) => input.shadow || 'not-asked',
      timeoutMs: 60_000,
      transient: true,
      run: ({ needs }, signal) => each(needs.decontaminate, (cut) => threads.shadow(cut, signal)),
    })
    .step('persist', {
      needs: ['decontaminate'],
      after: ['shadow'],
      when: () => files !== undefined || 'store-missing',
      timeoutMs: 60_000,
      run: ({ input, needs, after }) => each(after.shadow ?? needs.decontaminate, (cut) => stored(files!, cut, input)),
    });
}

async function piecesOf(picture: Raster, mask: Raster, boxes: CutoutInput['boxes']): Promise<Piece[]> {
  if (boxes.length === 0) return [{ picture, mask }];
  return Promise.all(boxes.map(async (box) => ({ picture: await part(picture, box), mask: await part(mask, box) })));
}

/** The part of a raster within a box of shares, at least a pixel. */
async function part(raster: Raster, box: DetectedObject['box']): Promise<Raster> {
  const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
  const left = within(box.left * raster.width, raster.width - 1);
  const top = within(box.top * raster.height, raster.height - 1);
  const width = Math.max(1, within(box.width * raster.width, raster.width - left));
  const height = Math.max(1, within(box.height * raster.height, raster.height - top));
  const data = new Uint8Array(width * height * raster.channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * raster.channels;
    data.set(raster.data.subarray(from, from + width * raster.channels), row * width * raster.channels);
  }
  return { data, width, height, channels: raster.channels };
}

async function stored(files: Pick<FileStore, 'put'>, cut: Raster, { background }: CutoutInput): Promise<StoredFile> {
  const pipeline = background === 'white' ? sharpOf(cut).flatten({ background: '#ffffff' }) : sharpOf(cut);
  return files.put(await pipeline.png({ compressionLevel: 8 }).toBuffer(), {
    name: 'cutout.png',
    contentType: 'image/png',
  });
}
