import { JobRefusal } from '#libs/queues';
import {
  CUTOUT_SIDE,
  type CutoutRequest,
  type CutoutResult,
  decodeImage,
  type Raster,
  type Vision,
} from '#libs/vision';
import type { PictureSource } from './picture-source.js';

/** Weights of brightness, ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Brightness of an RGB picture as one channel: where a mask is white, the object is. */
function brightness({ data, width, height, channels }: Raster): Raster {
  const mask = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < mask.length; pixel++, at += channels) {
    mask[pixel] =
      channels === 1 ? data[at]! : Math.round(data[at]! * LUMA[0] + data[at + 1]! * LUMA[1] + data[at + 2]! * LUMA[2]);
  }
  return { data: mask, width, height, channels: 1 };
}

/** Cuts the main object out and keeps it as a file. Throws JobRefusal MASK_REQUIRED when nothing can tell the object. */
export async function cutoutOf(
  vision: Vision,
  source: PictureSource,
  { fileId, maskFileId, background, shadow }: CutoutRequest,
  signal: AbortSignal,
): Promise<CutoutResult> {
  const image = await source.read(fileId);
  const mask = maskFileId && brightness(await decodeImage((await source.read(maskFileId)).bytes, CUTOUT_SIDE));
  const { cutout, steps } = await vision.cutout(image, {
    signal,
    force: true,
    ...(mask && { mask }),
    ...(background && { background }),
    ...(shadow !== undefined && { shadow }),
  });
  if (cutout) return { steps, attachments: [cutout] };
  if (!mask && steps.some(({ step, status }) => step === 'segment' && status === 'skipped')) {
    throw new JobRefusal('MASK_REQUIRED', 'Модель, которая находит предмет, не установлена: пришлите маску.');
  }
  const failed = steps.find(({ status }) => status === 'failed');
  throw new JobRefusal('CUTOUT_NOT_MADE', 'Вырезать предмет не получилось.', { step: failed?.step ?? '' });
}
