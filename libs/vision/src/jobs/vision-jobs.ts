import type { CutoutAnalysis, DetectAnalysis, FastAnalysis, OcrAnalysis, PerceptualHash } from '../analysis.js';

/** Pictures of one message are looked at together; more than this are not looked at. */
export const PICTURES_LIMIT = 10;

/** A stored picture; its bytes never travel in queues. */
export interface PictureRef {
  fileId: string;
}

/** Payload of `vision.fast`: the pictures of one message. */
export interface FastRequest {
  pictures: PictureRef[];
  /** Pictures the same chat has sent before: looking the same is told. */
  earlier?: (PictureRef & { hash: PerceptualHash })[];
}

/** Payload of `vision.detect` and `vision.ocr`: what the quick look said deserves it. */
export interface LookRequest {
  pictures: PictureRef[];
}

/** Payload of `vision.cutout`. */
export interface CutoutRequest extends PictureRef {
  /** A stored picture whose light parts are the object; without it a segmentation model is needed. */
  maskFileId?: string;
  background?: 'transparent' | 'white';
  shadow?: boolean;
}

/** What a partner may ask of one picture; absent = whatever it deserves. */
export const ANALYSIS_PARTS = ['kind', 'similar', 'objects', 'text'] as const;
export type AnalysisPart = (typeof ANALYSIS_PARTS)[number];

/** Payload of `vision.analysis`: one picture from end to end, for partners. */
export interface AnalysisRequest extends PictureRef {
  want?: AnalysisPart[];
}

/** One picture of a job: looked at, or why not. A picture that cannot be read leaves the others alone. */
export type Looked<Analysis> = PictureRef &
  ({ analysis: Analysis; missing?: string[] } | { problem: { code: string; detail: string } });

/** Result of `vision.fast`, `vision.detect` and `vision.ocr`, in the order asked. */
export interface LookResult<Analysis> {
  pictures: Looked<Analysis>[];
}

/** Building of the catalogue that looks like the picture; only ever a suggestion. */
export interface SimilarEstate {
  estateId: string;
  name: string;
  /** A lot of it that is offered now. */
  lotId?: string;
  certainty: 'same' | 'maybe';
}

/** The quick look with the catalogue's names for what is similar. */
export interface FastLook extends FastAnalysis {
  estates: SimilarEstate[];
  /** Pictures of the same chat that look the same. */
  repeats: string[];
}

export type FastResult = LookResult<FastLook>;
export type DetectResult = LookResult<DetectAnalysis>;
export type OcrResult = LookResult<OcrAnalysis>;

/** Result of `vision.analysis`. */
export interface AnalysisResult extends Pick<FastLook, 'sha256' | 'image' | 'kind' | 'probability' | 'hash' | 'steps'> {
  /** Buildings of the catalogue that look like the picture: suggestions. */
  similar: SimilarEstate[];
  objects?: DetectAnalysis['objects'];
  fitOut?: DetectAnalysis['fitOut'];
  text?: string;
  fields?: OcrAnalysis['fields'];
  /** Parts asked for that cannot be had here now: no model or no recogniser is installed. */
  missing: string[];
}

/** Result of `vision.cutout`: the stored file under `attachments`, as of every job that makes files. */
export interface CutoutResult {
  steps: CutoutAnalysis['steps'];
  attachments: NonNullable<CutoutAnalysis['cutout']>[];
}
