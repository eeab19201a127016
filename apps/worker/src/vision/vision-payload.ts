import type { JsonValue } from '#libs/chats';
import { JobRefusal } from '#libs/queues';
import {
  ANALYSIS_PARTS,
  type AnalysisPart,
  type AnalysisRequest,
  type CutoutRequest,
  type FastRequest,
  type LookRequest,
  PICTURES_LIMIT,
  type PictureRef,
} from '#libs/vision';

const FILE_ID = /^[0-9a-f]{40}$/;
const HEX = { phash: /^[0-9a-f]{16}$/, dhash: /^[0-9a-f]{64}$/ } as const;
const EARLIER_LIMIT = 50;

const refuse = (what: string): never => {
  throw new JobRefusal('INVALID_REQUEST', 'Не удалось разобрать запрос к картинке.', { what });
};

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function fileId(value: unknown): string {
  return typeof value === 'string' && FILE_ID.test(value) ? value : refuse('fileId');
}

function picturesOf(payload: JsonValue): PictureRef[] {
  const { pictures } = record(payload);
  if (!Array.isArray(pictures) || pictures.length === 0 || pictures.length > PICTURES_LIMIT) return refuse('pictures');
  return pictures.map((picture) => ({ fileId: fileId(record(picture).fileId) }));
}

// Payloads come from our own dialog and API, but a queue outlives a version: each is read as if it came from outside.

/** Throws JobRefusal INVALID_REQUEST, as the functions below. */
export function fastRequest(payload: JsonValue): FastRequest {
  const { earlier } = record(payload);
  const known = Array.isArray(earlier) ? earlier.slice(-EARLIER_LIMIT) : [];
  return {
    pictures: picturesOf(payload),
    earlier: known.map((entry) => {
      const { phash, dhash } = record(record(entry).hash);
      if (typeof phash !== 'string' || !HEX.phash.test(phash)) return refuse('earlier');
      if (typeof dhash !== 'string' || !HEX.dhash.test(dhash)) return refuse('earlier');
      return { fileId: fileId(record(entry).fileId), hash: { phash, dhash } };
    }),
  };
}

export function lookRequest(payload: JsonValue): LookRequest {
  return { pictures: picturesOf(payload) };
}

export function analysisRequest(payload: JsonValue): AnalysisRequest {
  const { want, ...rest } = record(payload);
  const parts = want === undefined ? undefined : Array.isArray(want) ? want : refuse('want');
  if (parts?.some((part) => !ANALYSIS_PARTS.includes(part as AnalysisPart))) return refuse('want');
  return { fileId: fileId(rest.fileId), ...(parts && { want: parts as AnalysisPart[] }) };
}

export function cutoutRequest(payload: JsonValue): CutoutRequest {
  const { fileId: id, maskFileId, background = 'transparent', shadow = false } = record(payload);
  if (background !== 'transparent' && background !== 'white') return refuse('background');
  if (typeof shadow !== 'boolean') return refuse('shadow');
  return {
    fileId: fileId(id),
    ...(maskFileId !== undefined && { maskFileId: fileId(maskFileId) }),
    background,
    shadow,
  };
}
