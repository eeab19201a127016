import type { FitOut } from '#libs/nlu';
import type { ImageKind, PerceptualHash, PictureRef, SimilarEstate } from '#libs/vision';
import type { ScenarioName } from '../../node-names.js';

/** Facts read from a picture or told about it; figures are the client's own only after «да». */
export interface PictureFacts {
  /** m². */
  areaSqm?: number;
  /** Roubles as written. */
  price?: { rub: number; per: 'total' | 'sqm'; period: 'once' | 'month' | 'year' };
  deal?: 'rent' | 'sale';
  premises?: 'office' | 'retail' | 'warehouse';
  address?: string;
  station?: string;
  floor?: number;
  fitOut?: FitOut;
}

/** What is known of one picture being looked at. */
export interface SeenPicture extends PictureRef {
  kind: ImageKind | 'unknown';
  /** The sentence for the client when it could not be opened. */
  problem?: string;
  hash?: PerceptualHash;
  /** The client has sent the same before. */
  isRepeat: boolean;
  estates: SimilarEstate[];
  needs: ('detect' | 'ocr')[];
  /** Label → how many, most first; absent = nobody looked for objects. */
  objects?: Record<string, number>;
  /** A photo of a street, of nature or of food: what state the premises are in is no question. */
  isElsewhere?: boolean;
  /** Untrusted: shown as a quotation, never read as words of the client. */
  text?: string;
  facts?: PictureFacts;
  /** Steps that had nothing to work with, or broke: `classify`, `detect`, `ocr`. */
  missing: string[];
}

/** What the client says of the premises on a photo; `none`: there are no premises on it. */
export type FitOutAnswer = FitOut | 'none';

/** What is asked after the pictures were told about. */
export type PhotoQuestion =
  | { about: 'kind'; fileIds: string[] }
  | { about: 'facts'; fileId: string; kind: SeenPicture['kind']; facts: PictureFacts; isCorrecting: boolean }
  | { about: 'fitOut'; fileIds: string[] };

export const PICTURE_JOBS = ['vision.fast', 'vision.detect', 'vision.ocr'] as const;
export type PictureJob = (typeof PICTURE_JOBS)[number];

/** Pictures of a chat: looked at now, asked about, met before. */
export interface PhotoState {
  /** Pictures of the messages not answered yet. */
  looking: PictureRef[];
  /** What the client says they are, by file: it counts over the classifier. */
  told: Record<string, ImageKind>;
  /** What is known of them so far. */
  seen: SeenPicture[];
  /** Jobs under way. `stale`: results still to come for pictures that are looked at anew together with others; dropped. */
  jobs: Record<PictureJob, { isAwaited: boolean; stale: number }>;
  /** Open questions, the one asked first. */
  questions: PhotoQuestion[];
  /** What the client has said yes to. */
  facts: PictureFacts;
  /** The step of a form that the questions interrupt. */
  place: { scenario: ScenarioName; step: string } | null;
  /** Photos of the last message, for a manager's word about them. */
  premises: string[];
  /** Pictures sent before, newest last. */
  earlier: { fileId: string; hash: PerceptualHash }[];
}

/** Pictures of a chat remembered to tell a repetition. */
export const EARLIER_LIMIT = 20;

export function emptyPhoto(): PhotoState {
  const jobs = Object.fromEntries(PICTURE_JOBS.map((name) => [name, { isAwaited: false, stale: 0 }]));
  return {
    looking: [],
    told: {},
    seen: [],
    jobs: jobs as PhotoState['jobs'],
    questions: [],
    facts: {},
    place: null,
    premises: [],
    earlier: [],
  };
}
