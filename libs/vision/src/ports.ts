import type {
  CutoutAnalysis,
  DetectAnalysis,
  DetectedObject,
  FastAnalysis,
  ImageFields,
  ImageKind,
  OcrAnalysis,
  PerceptualHash,
  SimilarImage,
} from './analysis.js';
import type { Raster } from './image/raster.js';
import type { StepResult } from './pipeline/step.js';

/**
 * What a step computes with. `version` is part of every cache key (`id@first 12 hex digits of a sha256`, or `tool@version`); null
 * means that it is not installed here, and the step is skipped with `model-missing`. It may change while the process runs.
 */
export interface VersionedModel {
  readonly version: string | null;
}

/** The picture's kind with a calibrated probability. */
export interface KindEstimate {
  /** `unknown` when the best guess is under the classifier's threshold. */
  kind: ImageKind | 'unknown';
  /** Of the best guess, 0 to 1. */
  probability: number;
  /** Calibrated probability of every kind, summing to 1. */
  scores: Record<ImageKind, number>;
}

/** Tells photo, plan, document and other apart. */
export interface KindClassifier extends VersionedModel {
  /** @param image the working copy: RGB, upright, at most 1024 pixels a side */
  classify(image: Raster, signal: AbortSignal): Promise<KindEstimate>;
}

/** The state of the premises on a photo. */
export interface FitOutEstimate {
  /** `unknown` when the best guess is under the classifier's threshold. */
  fitOut: DetectAnalysis['fitOut'];
  /** Of the best guess, 0 to 1. */
  probability: number;
}

/** Tells premises without finish, with some and ready ones apart; there is none before people's labels have trained it. */
export interface FitOutClassifier extends VersionedModel {
  /** @param image the working copy of a photo */
  classify(image: Raster, signal: AbortSignal): Promise<FitOutEstimate>;
}

/** Finds objects of the classes it knows. */
export interface ObjectDetector extends VersionedModel {
  /** @param image the working copy: RGB, upright, at most 1024 pixels a side. Boxes come as shares of its sides. */
  detect(image: Raster, signal: AbortSignal): Promise<DetectedObject[]>;
}

/** Judges whether a picture is fit to be shown to a manager or a client. */
export interface UnsafeFilter extends VersionedModel {
  /** @returns probability, 0 to 1, that the picture is unsafe */
  judge(image: Raster, signal: AbortSignal): Promise<number>;
}

export interface RecognisedWord {
  text: string;
  /** 0 to 1. */
  confidence: number;
  /** Pixels of the raster that was read. */
  box: { left: number; top: number; width: number; height: number };
}

export interface RecognisedText {
  /** Lines in reading order, separated by `\n`. Untrusted. */
  text: string;
  /** 0 to 1: mean of the words', weighted by their length; 0 without words. */
  confidence: number;
  words: RecognisedWord[];
}

/** Reads Russian text. */
export interface TextRecogniser extends VersionedModel {
  /** @param image RGB, upright, at most `OCR_SIDE` pixels a side. Ends its processes when the signal is aborted. */
  recognise(image: Raster, signal: AbortSignal): Promise<RecognisedText>;
}

/** Reads facts about premises out of recognised text: pure, its version changes when its rules do. */
export interface FieldReader extends VersionedModel {
  read(text: RecognisedText, kind: ImageKind | 'unknown'): ImageFields;
}

/** Separates the main object from its ground. */
export interface Segmenter extends VersionedModel {
  /** @returns one channel: 255 is object, 0 is ground; of any size, it is scaled to the image */
  segment(image: Raster, signal: AbortSignal): Promise<Raster>;
}

/** Says in words what is seen. No model of the default set does. */
export interface ImageDescriber extends VersionedModel {
  describe(image: Raster, signal: AbortSignal): Promise<string>;
}

/** Pictures met before. */
export interface SimilarImages {
  /** Near duplicates of a picture of this kind, nearest first. */
  find(hash: PerceptualHash, kind: ImageKind | 'unknown'): Promise<SimilarImage[]>;
}

/** Where results of steps outlive the process; keys and values are opaque JSON. */
export interface StepStore {
  /** Undefined when there is none or it is too old. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

/** A picture to be analysed. Its bytes are never changed. */
export interface SourceImage {
  fileId: string;
  bytes: Uint8Array;
  /** Of the bytes, hex; computed when absent. */
  sha256?: string;
}

export interface AnalysisOptions {
  /** Aborts what is still running; the analysis rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Results of an attempt before: kept, except failures that may go away, which are tried again. */
  previous?: readonly StepResult<unknown>[];
  /** Each step's result as soon as it is there, to be kept for `previous` and shown as progress. */
  onStep?: (result: StepResult<unknown>) => void;
  /** Runs the work whatever the picture's kind: somebody asked for exactly this. */
  force?: boolean;
}

export interface CutoutOptions extends AnalysisOptions {
  /** One channel: 255 is object, 0 is ground. Replaces the segmentation model. */
  mask?: Raster;
  /** Shares of the picture's sides: one cut-out for each; absent = one of the whole picture. At most ten. */
  boxes?: readonly DetectedObject['box'][];
  /** What is seen behind the object; transparent by default. */
  background?: 'transparent' | 'white';
  /** A soft shadow on the ground under the object; true by default. */
  shadow?: boolean;
}

/**
 * Everything that can be learned from one picture. All reject with ImageRefusal (a stable code and a Russian sentence) when the
 * file is no picture that can be worked on; whatever else fails is told in `steps`.
 */
export interface Vision {
  /** Hashes, kind, near duplicates: tens of milliseconds. */
  fast(image: SourceImage, options?: AnalysisOptions): Promise<FastAnalysis>;
  /** Objects of a photo. */
  detect(image: SourceImage, options?: AnalysisOptions): Promise<DetectAnalysis>;
  /** Text and the facts it states. */
  ocr(image: SourceImage, options?: AnalysisOptions): Promise<OcrAnalysis>;
  /** The main object on a clean ground. */
  cutout(image: SourceImage, options?: CutoutOptions): Promise<CutoutAnalysis>;
  /** Which steps could run now, by name. */
  capabilities(): Record<string, 'available' | 'unavailable'>;
  close(): Promise<void>;
}
