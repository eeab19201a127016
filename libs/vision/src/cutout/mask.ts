import type { Raster } from '../image/raster.js';

/** Whole pixels, `right` and `bottom` excluded. */
export interface PixelBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** An alpha below this is ground: what remains of a soft mask far from the object. */
export const OBJECT_ALPHA = 16;

/** The smallest box around all pixels of the object; null when there is none. `channel` is where alpha lies. */
export function objectBox({ data, width, height, channels }: Raster, channel = channels - 1): PixelBox | null {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, at = channel; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      if (data[at]! < OBJECT_ALPHA) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return right > left ? { left, top, right, bottom } : null;
}
