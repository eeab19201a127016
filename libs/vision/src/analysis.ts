import type { StepResult } from './pipeline/step.js';

/** What a picture is, as far as the default probe can tell. */
export const IMAGE_KINDS = ['photo', 'plan', 'document', 'other'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

/** One object that the detector found; the box is in shares of the picture's sides, 0 to 1. */
export interface DetectedObject {
  label: string;
  /** 0 to 1. */
  score: number;
  box: { left: number; top: number; width: number; height: number };
}

/** One fact read from a picture's text: what it means, and the text it was read from. Untrusted until the client confirms. */
export interface ReadField<T> {
  value: T;
  text: string;
  /** 0 to 1: the recogniser's confidence in the words it was read from. */
  confidence: number;
}

/** Facts that an ad, a plan or a document states about the premises. */
export interface ImageFields {
  /** m². */
  areaSqm?: ReadField<number>;
  /** Roubles as written: for the whole or for a square metre, once, a month or a year. */
  price?: ReadField<{ rub: number; per: 'total' | 'sqm'; period: 'once' | 'month' | 'year' }>;
  deal?: ReadField<'rent' | 'sale'>;
  premises?: ReadField<'office' | 'retail' | 'warehouse'>;
  address?: ReadField<string>;
  station?: ReadField<string>;
  floor?: ReadField<number>;
  /** E.164. */
  phone?: ReadField<string>;
}

/** A picture met before that looks the same. Only ever a suggestion. */
export interface SimilarImage {
  /** What the picture belongs to: an estate of the catalogue or an uploaded file. */
  source: { estateId: string; lotId?: string } | { fileId: string };
  certainty: 'same' | 'maybe';
  /** Bits of the perceptual hash that differ. */
  distance: number;
}

/** Perceptual hashes, hex: 64 bits of the frequencies, 256 bits of the brightness gradients. */
export interface PerceptualHash {
  phash: string;
  dhash: string;
}

/** What the quick part of an analysis found: enough to decide whether anything heavier runs. */
export interface FastAnalysis {
  fileId: string;
  /** Of the bytes received, hex. */
  sha256: string;
  image: {
    format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff' | 'heif';
    width: number;
    height: number;
    bytes: number;
  };
  kind: ImageKind | 'unknown';
  /** Calibrated probability of `kind`, or of the best guess when it is unknown; null without a classifier. */
  probability: number | null;
  hash: PerceptualHash | null;
  /** Probability that the picture is not fit to be shown, 0 to 1; absent without the filter. */
  unsafe?: number;
  similar: SimilarImage[];
  /** Heavier work that this picture deserves. */
  next: ('detect' | 'ocr')[];
  steps: StepReport[];
}

export interface DetectAnalysis {
  fileId: string;
  objects: DetectedObject[];
  /** Of a photo, by a probe that people's labels have trained; `unknown` without one: the client or a manager says it. */
  fitOut: 'shell' | 'partial' | 'ready' | 'unknown';
  steps: StepReport[];
}

export interface OcrAnalysis {
  fileId: string;
  /** Untrusted: it fills proposals and never names a route, a tool or a price. */
  text: string;
  confidence: number;
  fields: ImageFields;
  steps: StepReport[];
}

export interface CutoutAnalysis {
  fileId: string;
  /** Stored PNG with the object centred on transparent or white ground; absent when a step it needs did not run. */
  cutout?: { fileId: string; name: string; contentType: string; size: number };
  /** One for each box asked for, when boxes were. */
  cutouts?: { fileId: string; name: string; contentType: string; size: number }[];
  /** What is seen, in words; absent without a model that says it. Untrusted. */
  description?: string;
  steps: StepReport[];
}

/** A step's result without its value, as shown to partners and operators. */
export type StepReport = Omit<StepResult<never>, 'value'> & {
  reason?: string;
  code?: string;
  retryable?: boolean;
  retryAfterMs?: number;
};
