import type { JsonValue } from '#libs/chats';
import { type JobContext, type JobProcessor, JobRefusal } from '#libs/queues';
import {
  type AnalysisResult,
  type DetectAnalysis,
  type FastAnalysis,
  type FastLook,
  ImageRefusal,
  type Looked,
  type LookResult,
  type OcrAnalysis,
  type PictureRef,
  type SourceImage,
  type StepReport,
  type Vision,
} from '#libs/vision';
import type { CataloguePhotos } from './catalogue-photos.js';
import { cutoutOf } from './cutout.processor.js';
import { inParallel } from './in-parallel.js';
import type { PictureSource } from './picture-source.js';
import { repeatsOf } from './repeats.js';
import type { VisionJob } from './vision-jobs.js';
import { analysisRequest, cutoutRequest, fastRequest, lookRequest } from './vision-payload.js';

/** Pictures of one job worked on at the same time; memory of the engine bounds them further. */
const AT_ONCE = 4;

export interface VisionParts {
  /** The engine; jobs that come before it is open wait for it. */
  engine: Promise<Vision>;
  source: PictureSource;
  photos: Pick<CataloguePhotos, 'suggestions'>;
}

/** A step that broke and may not break again. */
export class StepBrokenError extends Error {
  override readonly name = 'StepBrokenError';

  constructor(steps: readonly string[]) {
    super(`steps broke and are tried again: ${steps.join(', ')}`);
  }
}

/** Steps that had no model or tool to work with. */
export function missingSteps(steps: readonly StepReport[]): string[] {
  return steps.flatMap(({ step, status, reason }) =>
    status === 'skipped' && reason === 'model-missing' ? [step] : [],
  );
}

/** What does each job about pictures: reads the file, has the engine look, names what looks alike. */
export function visionProcessors({ engine, source, photos }: VisionParts): Record<VisionJob, JobProcessor> {
  const analyse = async <Analysis extends { steps: StepReport[] }>(
    { fileId }: PictureRef,
    { signal, isLastAttempt }: JobContext,
    look: (vision: Vision, image: SourceImage) => Promise<Analysis>,
  ): Promise<Analysis> => {
    const [vision, image] = await Promise.all([engine, source.read(fileId)]);
    signal.throwIfAborted();
    const analysis = await look(vision, image);
    const broken = analysis.steps.filter(({ status, retryable }) => status === 'failed' && retryable === true);
    // Good steps are in the cache by now: another attempt does the broken ones only.
    if (broken.length > 0 && !isLastAttempt) throw new StepBrokenError(broken.map(({ step }) => step));
    return analysis;
  };

  /** Every picture by itself: one that cannot be read leaves the others alone. */
  const lookAtEach = async <Analysis extends { steps: StepReport[] }>(
    pictures: readonly PictureRef[],
    context: JobContext,
    look: (vision: Vision, image: SourceImage) => Promise<Analysis>,
  ): Promise<LookResult<Analysis>> => ({
    pictures: await inParallel(pictures, AT_ONCE, async (picture): Promise<Looked<Analysis>> => {
      try {
        const analysis = await analyse(picture, context, look);
        const missing = missingSteps(analysis.steps);
        return { fileId: picture.fileId, analysis, ...(missing.length > 0 && { missing }) };
      } catch (error) {
        const problem = problemOf(error);
        if (!problem) throw error;
        return { fileId: picture.fileId, problem };
      }
    }),
  });

  return {
    'vision.fast': async (payload, context) => {
      const { pictures, earlier = [] } = fastRequest(payload);
      return json(
        await lookAtEach(pictures, context, async (vision, image): Promise<FastLook> => {
          const analysis = await vision.fast(image, { signal: context.signal });
          return {
            ...analysis,
            estates: photos.suggestions(analysis.similar),
            repeats: repeatsOf(analysis, earlier),
          };
        }),
      );
    },
    'vision.detect': async (payload, context) =>
      json(
        await lookAtEach<DetectAnalysis>(lookRequest(payload).pictures, context, (vision, image) =>
          vision.detect(image, { signal: context.signal, force: true }),
        ),
      ),
    'vision.ocr': async (payload, context) =>
      json(
        await lookAtEach<OcrAnalysis>(lookRequest(payload).pictures, context, (vision, image) =>
          vision.ocr(image, { signal: context.signal, force: true }),
        ),
      ),
    'vision.analysis': (payload, context) =>
      refusing(async () => {
        const { want, ...picture } = analysisRequest(payload);
        const fast = await analyse(picture, context, (vision, image) => vision.fast(image, { signal: context.signal }));
        const wants = (part: 'objects' | 'text', deserved: FastAnalysis['next'][number]) =>
          want ? want.includes(part) : fast.next.includes(deserved);
        const options = { signal: context.signal, force: want !== undefined };
        const [detect, ocr] = await Promise.all([
          wants('objects', 'detect')
            ? analyse(picture, context, (vision, image) => vision.detect(image, options))
            : null,
          wants('text', 'ocr') ? analyse(picture, context, (vision, image) => vision.ocr(image, options)) : null,
        ]);
        const { sha256, image, kind, probability, hash, similar } = fast;
        const steps = [...fast.steps, ...newSteps(fast, detect), ...newSteps(fast, ocr)];
        const result: AnalysisResult = {
          sha256,
          image,
          kind,
          probability,
          hash,
          similar: photos.suggestions(similar),
          ...(detect && { objects: detect.objects, fitOut: detect.fitOut }),
          ...(ocr && { text: ocr.text, fields: ocr.fields }),
          missing: missingSteps(steps),
          steps,
        };
        return result;
      }),
    'vision.cutout': (payload, context) =>
      refusing(async () => cutoutOf(await engine, source, cutoutRequest(payload), context.signal)),
  };
}

/** Steps of a later look that the quick one has not told of. */
function newSteps(fast: FastAnalysis, later: { steps: StepReport[] } | null): StepReport[] {
  const told = new Set(fast.steps.map(({ step }) => step));
  return later?.steps.filter(({ step }) => !told.has(step)) ?? [];
}

/** The sentence for the client when the picture itself is at fault; undefined when it is not. */
function problemOf(error: unknown): { code: string; detail: string } | undefined {
  if (error instanceof ImageRefusal || error instanceof JobRefusal) return { code: error.code, detail: error.detail };
  return undefined;
}

async function refusing(work: () => Promise<unknown>): Promise<JsonValue> {
  try {
    return json(await work());
  } catch (error) {
    const problem = problemOf(error);
    if (problem && !(error instanceof JobRefusal)) throw new JobRefusal(problem.code, problem.detail);
    throw error;
  }
}

function json(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
