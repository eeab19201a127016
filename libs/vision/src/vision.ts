import sharp from 'sharp';
import type { FileStore } from '#libs/platform';
import type { CutoutAnalysis, FastAnalysis, ImageKind, StepReport } from './analysis.js';
import type { StepCache } from './cache/step-cache.js';
import { cutoutPipeline } from './cutout/cutout-pipeline.js';
import { CutoutThreads } from './cutout/cutout-threads.js';
import { sha256Of } from './image/inspect.js';
import { RecentRasters } from './image/recent-rasters.js';
import { detectPipeline, fastPipeline, type LookInput, ocrPipeline, type VisionParts } from './pipeline/looking.js';
import { MemoryGate } from './pipeline/memory-gate.js';
import type { StepResult } from './pipeline/step.js';
import type { PipelineOptions } from './pipeline/step-definition.js';
import type { AnalysisOptions, CutoutOptions, SourceImage, VersionedModel, Vision } from './ports.js';

export interface VisionOptions extends VisionParts {
  cache?: StepCache;
  /** Where cut-outs are kept. */
  files?: Pick<FileStore, 'put'>;
  /** Pictures decoded at the same time, and the memory they may take together; 4 and 256 MiB by default. */
  decoding?: { atOnce?: number; bytes?: number };
  /** Threads of the cut-out's arithmetic; 1 by default. */
  threads?: number;
  /** Every step's result, for metrics. */
  onStep?: (result: StepResult<unknown>) => void;
  /** Failures without a code: to be logged. */
  onUnexpected?: (step: string, error: unknown) => void;
}

const MEBIBYTE = 1_048_576;
/** Working copies kept for what follows on a look: 0.4 to 1.4 MB each. */
const RECENT = 16;
const BOXES_LIMIT = 10;

/** The engine over the parts that are there; what is missing makes its steps `skipped`, never an invented answer. */
export function openVision(options: VisionOptions): Vision {
  return new PipelineVision(options);
}

class PipelineVision implements Vision {
  private readonly threads: CutoutThreads;
  private readonly fastSteps;
  private readonly detectSteps;
  private readonly ocrSteps;
  private readonly cutoutSteps;

  constructor(private readonly options: VisionOptions) {
    const { decoding = {}, threads = 1, files } = options;
    // Pictures are kept here where it pays; libvips would keep every operation's pixels as well, for the whole process.
    sharp.cache(false);
    const gate = new MemoryGate({ atOnce: decoding.atOnce ?? 4, bytes: decoding.bytes ?? 256 * MEBIBYTE });
    const tools = { gate, recent: new RecentRasters(RECENT) };
    this.threads = new CutoutThreads(threads);
    this.fastSteps = fastPipeline(options, tools);
    this.detectSteps = detectPipeline(options, tools);
    this.ocrSteps = ocrPipeline(options, tools);
    this.cutoutSteps = cutoutPipeline(options, { ...tools, threads: this.threads, ...(files && { files }) });
  }

  async fast(image: SourceImage, options: AnalysisOptions = {}): Promise<FastAnalysis> {
    const input = await inputOf(image, options);
    const results = await this.fastSteps.run(input, this.pipelineOptions(options));
    const { width, height, bytes, format } = valueIn(results.inspect)!;
    const kind = valueIn(results.classify);
    const unsafe = valueIn(results.unsafe);
    return {
      fileId: image.fileId,
      sha256: input.sha256,
      image: { format, width, height, bytes },
      kind: kind?.kind ?? 'unknown',
      probability: kind?.probability ?? null,
      hash: valueIn(results.hash) ?? null,
      ...(unsafe !== undefined && { unsafe }),
      similar: valueIn(results.similar) ?? [],
      next: nextFor(kind?.kind ?? 'unknown'),
      steps: reportsOf(results),
    };
  }

  async detect(image: SourceImage, options: AnalysisOptions = {}) {
    const results = await this.detectSteps.run(await inputOf(image, options), this.pipelineOptions(options));
    return {
      fileId: image.fileId,
      objects: valueIn(results.detect) ?? [],
      fitOut: valueIn(results.fitOut)?.fitOut ?? ('unknown' as const),
      steps: reportsOf(results),
    };
  }

  async ocr(image: SourceImage, options: AnalysisOptions = {}) {
    const results = await this.ocrSteps.run(await inputOf(image, options), this.pipelineOptions(options));
    const read = valueIn(results.ocr);
    return {
      fileId: image.fileId,
      text: read?.text ?? '',
      confidence: read?.confidence ?? 0,
      fields: valueIn(results.fields) ?? {},
      steps: reportsOf(results),
    };
  }

  /** Throws RangeError for more than ten boxes or a mask of more than one channel. */
  async cutout(image: SourceImage, options: CutoutOptions = {}): Promise<CutoutAnalysis> {
    const { mask = null, boxes = [], background = 'transparent', shadow = true } = options;
    if (boxes.length > BOXES_LIMIT) throw new RangeError(`at most ${BOXES_LIMIT} boxes`);
    if (mask && mask.channels !== 1) throw new RangeError('a mask has one channel');
    const input = { ...(await inputOf(image, options)), mask, boxes, background, shadow };
    const results = await this.cutoutSteps.run(input, this.pipelineOptions(options));
    const cutouts = valueIn(results.persist)?.map(({ fileId, name, contentType, size }) => ({
      fileId,
      name,
      contentType,
      size,
    }));
    const description = valueIn(results.describe);
    return {
      fileId: image.fileId,
      ...(cutouts?.[0] && { cutout: cutouts[0] }),
      ...(cutouts && boxes.length > 0 && { cutouts }),
      ...(description !== undefined && { description }),
      steps: reportsOf(results),
    };
  }

  capabilities(): Record<string, 'available' | 'unavailable'> {
    const { classifier, unsafe, detector, fitOut, recogniser, fields, segmenter, describer, similar, files } =
      this.options;
    const models = {
      classify: classifier,
      unsafe,
      detect: detector,
      fitOut,
      ocr: recogniser,
      fields,
      segment: segmenter,
      describe: describer,
    };
    const word = (isThere: boolean) => (isThere ? 'available' : 'unavailable');
    return {
      ...Object.fromEntries(
        Object.entries(models).map(([step, model]: [string, VersionedModel | undefined]) => [
          step,
          word(typeof model?.version === 'string'),
        ]),
      ),
      similar: word(similar !== undefined),
      cutout: word(files !== undefined),
    };
  }

  async close(): Promise<void> {
    await this.threads.close();
  }

  private pipelineOptions({ signal, previous, onStep }: AnalysisOptions): PipelineOptions {
    const { cache, onStep: observe, onUnexpected } = this.options;
    return {
      ...(cache && { cache }),
      ...(signal && { signal }),
      ...(previous && { previous }),
      ...(onUnexpected && { onUnexpected }),
      onStep: (result) => {
        observe?.(result);
        onStep?.(result);
      },
    };
  }
}

async function inputOf({ fileId, bytes, sha256 }: SourceImage, { force = false }: AnalysisOptions): Promise<LookInput> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { fileId, bytes: buffer, sha256: sha256 ?? (await sha256Of(bytes)), force };
}

/** Heavier work that a picture of this kind deserves. */
function nextFor(kind: ImageKind | 'unknown'): ('detect' | 'ocr')[] {
  switch (kind) {
    case 'photo':
      return ['detect'];
    case 'plan':
    case 'document':
      return ['ocr'];
    case 'other':
      return [];
    case 'unknown':
      return ['detect', 'ocr'];
  }
}

const valueIn = <T>(result: StepResult<T>): T | undefined => (result.status === 'ok' ? result.value : undefined);

function reportsOf(results: Record<string, StepResult<unknown>>): StepReport[] {
  return Object.values(results).map((result) => {
    if (result.status !== 'ok') return result;
    const { value: _value, ...report } = result;
    return report;
  });
}
