import sharp from 'sharp';
import { IMAGE_LIMITS, OPEN_OPTIONS, refusalOf } from './inspect.js';
import { type Raster, rasterOf } from './raster.js';

/**
 * Longer side of the working copy, pixels. A JPEG is decoded at a quarter of its size when that is at least 1.25 times what is
 * asked for: for the 12 megapixels of a phone (4000 px) this costs about half of what 1024 px would (28 against 50 ms).
 */
export const WORKING_SIDE = 800;
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
