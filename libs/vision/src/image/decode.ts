import sharp from 'sharp';
import { IMAGE_LIMITS, OPEN_OPTIONS, refusalOf } from './inspect.js';
import { type Raster, rasterOf } from './raster.js';

/**
 * Longer side of the copy that the quick look is taken at, pixels: twice the 224 of the backbone, less what lets a JPEG of a
 * phone's 12 megapixels (from 3960 px) be decoded at an eighth of its size, where only the mean of each block of 8 × 8 is computed
 * (sharp halves the scale when it would meet the size exactly). 26 ms against 35 at 800 px, and 25 ms of these are the reading of
 * the entropy-coded data, which no scale avoids; the probe is as accurate (docs/vision.md).
 */
export const LOOK_SIDE = 440;
/** Longer side of the copy that objects are looked for in: the detector sees 512 by 512. */
export const DETECT_SIDE = 800;
/** Longer side of what is read for text: A4 at 300 dots an inch is 3508 by 2480. */
export const OCR_SIDE = 3_000;
/** Longer side of what objects are cut out of. */
export const CUTOUT_SIDE = 2_048;

/** Upright RGB of at most this many pixels a side, transparent parts white, never enlarged. Throws ImageRefusal. */
export async function decodeImage(bytes: Uint8Array, side: number): Promise<Raster> {
  const pipeline = sharp(bytes, OPEN_OPTIONS)
    .timeout({ seconds: IMAGE_LIMITS.decodeSeconds })
    .autoOrient()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
  try {
    return await rasterOf(pipeline);
  } catch (error) {
    throw refusalOf(error);
  }
}
