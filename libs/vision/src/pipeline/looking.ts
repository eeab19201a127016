import { DETECT_SIDE, decodeImage, LOOK_SIDE, OCR_SIDE } from '../image/decode.js';
import { type ImageFacts, imageFacts } from '../image/inspect.js';
import { perceptualHash } from '../image/perceptual-hash.js';
import type { Raster } from '../image/raster.js';
import type { RecentRasters } from '../image/recent-rasters.js';
import type {
  FieldReader,
  FitOutClassifier,
  ImageDescriber,
  KindClassifier,
  ObjectDetector,
  Segmenter,
  SimilarImages,
  TextRecogniser,
  UnsafeFilter,
} from '../ports.js';
import type { MemoryGate } from './memory-gate.js';
import { Pipeline } from './pipeline.js';
import { StepSkip } from './step.errors.js';

/** What computes the steps; absent parts make their steps `skipped: model-missing`. */
export interface VisionParts {
  classifier?: KindClassifier;
  unsafe?: UnsafeFilter;
  detector?: ObjectDetector;
  /** Absent until a probe was trained on people's labels and is good enough. */
  fitOut?: FitOutClassifier;
  recogniser?: TextRecogniser;
  fields?: FieldReader;
  segmenter?: Segmenter;
  describer?: ImageDescriber;
  similar?: SimilarImages;
}

/** The picture as every step sees it. */
export interface LookInput {
  fileId: string;
  sha256: string;
  bytes: Buffer;
  /** Somebody asked for exactly this: kinds do not matter. */
  force: boolean;
}

/** Versions of what is computed without a model; raised when the algorithm changes, so that kept values are missed. */
const INTAKE_VERSION = 'intake@1';
const HASH_VERSION = 'phash-dhash@1';

const BYTES_PER_PIXEL = 4;
/** A JPEG is decoded at a fraction of its size: at most this many times the side asked for, before it is shrunk to it. */
const JPEG_SURPLUS = 4;

/** Only a JPEG is cheaper to decode for a smaller copy: of others the quick look takes the one that serves both. */
const lookSide = ({ format }: ImageFacts): number => (format === 'jpeg' ? LOOK_SIDE : DETECT_SIDE);

/** Decodes within the gate: what a picture needs at once depends on its size and format. */
async function decoded(gate: MemoryGate, bytes: Buffer, facts: ImageFacts, side: number): Promise<Raster> {
  const whole = facts.width * facts.height * BYTES_PER_PIXEL;
  const scaled = (JPEG_SURPLUS * side) ** 2 * BYTES_PER_PIXEL;
  return gate.run(facts.format === 'jpeg' ? Math.min(whole, scaled) : whole, () => decodeImage(bytes, side));
}

/** Kinds whose objects are worth looking for; of others a step says why it does not. */
const unlessKind =
  (wanted: (kind: string) => boolean) =>
  ({ input, after }: { input: LookInput; after: { classify?: { kind: string } } }): true | string => {
    const kind = after.classify?.kind ?? 'unknown';
    return input.force || wanted(kind) || `kind:${kind}`;
  };

/** Where pictures are decoded: within memory, and not twice in a row. */
export interface Decoding {
  gate: MemoryGate;
  recent: RecentRasters;
}

function recentCopy({ gate, recent }: Decoding, input: LookInput, facts: ImageFacts, side: number): Promise<Raster> {
  return recent.get(`${input.sha256}:${side}`, () => decoded(gate, input.bytes, facts, side));
}

/** What every analysis begins with: limits, the working copy, the kind. */
export function lookPipeline({ classifier }: VisionParts, decoding: Decoding) {
  return Pipeline.over<LookInput>()
    .step('inspect', {
      timeoutMs: 10_000,
      fatal: true,
      version: () => INTAKE_VERSION,
      cache: () => ({}),
      run: ({ input }) => imageFacts(input.bytes),
    })
    .step('normalise', {
      needs: ['inspect'],
      timeoutMs: 60_000,
      transient: true,
      fatal: true,
      run: ({ input, needs }) => recentCopy(decoding, input, needs.inspect, lookSide(needs.inspect)),
    })
    .step('classify', {
      needs: ['normalise'],
      timeoutMs: 60_000,
      version: () => classifier?.version ?? null,
      cache: () => ({ side: LOOK_SIDE }),
      run: ({ needs }, signal) => classifier!.classify(needs.normalise, signal),
    });
}

/** Hashes, near duplicates and whether the picture is fit to be shown. */
export function fastPipeline(parts: VisionParts, decoding: Decoding) {
  const { unsafe, similar } = parts;
  return lookPipeline(parts, decoding)
    .step('hash', {
      needs: ['normalise'],
      timeoutMs: 10_000,
      version: () => HASH_VERSION,
      cache: () => ({ side: LOOK_SIDE }),
      run: ({ needs }) => perceptualHash(needs.normalise),
    })
    .step('unsafe', {
      needs: ['normalise'],
      timeoutMs: 60_000,
      version: () => unsafe?.version ?? null,
      cache: () => ({ side: LOOK_SIDE }),
      run: ({ needs }, signal) => unsafe!.judge(needs.normalise, signal),
    })
    .step('similar', {
      needs: ['hash'],
      after: ['classify'],
      when: () => similar !== undefined || 'index-missing',
      timeoutMs: 10_000,
      run: async ({ needs, after }) => {
        if (!needs.hash) throw new StepSkip('no-detail');
        return similar!.find(needs.hash, after.classify?.kind ?? 'unknown');
      },
    });
}

/** Objects, of photos and of what may be one, and the state of the premises on a photo. */
export function detectPipeline(parts: VisionParts, decoding: Decoding) {
  const { detector, fitOut } = parts;
  return lookPipeline(parts, decoding)
    .step('view', {
      needs: ['inspect'],
      timeoutMs: 60_000,
      transient: true,
      run: ({ input, needs }) => recentCopy(decoding, input, needs.inspect, DETECT_SIDE),
    })
    .step('detect', {
      needs: ['view'],
      after: ['classify'],
      when: unlessKind((kind) => kind === 'photo' || kind === 'unknown'),
      timeoutMs: 90_000,
      version: () => detector?.version ?? null,
      cache: () => ({}),
      run: ({ needs }, signal) => detector!.detect(needs.view, signal),
    })
    .step('fitOut', {
      needs: ['normalise'],
      after: ['classify'],
      // Nobody asks for it by itself: a plan has no fit-out, however much its objects are wanted.
      when: ({ after }) => {
        if (!fitOut) return 'not-trained';
        const kind = after.classify?.kind ?? 'unknown';
        return kind === 'photo' || `kind:${kind}`;
      },
      timeoutMs: 60_000,
      version: () => fitOut?.version ?? null,
      cache: () => ({ side: LOOK_SIDE }),
      run: ({ needs }, signal) => fitOut!.classify(needs.normalise, signal),
    });
}

/** Text and facts, of whatever is not a photo. */
export function ocrPipeline(parts: VisionParts, decoding: Decoding) {
  const { recogniser, fields } = parts;
  return lookPipeline(parts, decoding)
    .step('page', {
      needs: ['inspect'],
      timeoutMs: 60_000,
      transient: true,
      run: ({ input, needs }) => decoded(decoding.gate, input.bytes, needs.inspect, OCR_SIDE),
    })
    .step('ocr', {
      needs: ['page'],
      after: ['classify'],
      when: unlessKind((kind) => kind !== 'photo'),
      timeoutMs: 120_000,
      version: () => recogniser?.version ?? null,
      cache: () => ({ side: OCR_SIDE }),
      run: ({ needs }, signal) => recogniser!.recognise(needs.page, signal),
    })
    .step('fields', {
      needs: ['ocr'],
      after: ['classify'],
      timeoutMs: 5_000,
      version: () => fields?.version ?? null,
      run: async ({ needs, after }) => fields!.read(needs.ocr, after.classify?.kind ?? 'unknown'),
    });
}
