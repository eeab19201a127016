import sharp from 'sharp';
import { type Raster, rasterOf, sharpOf } from '../image/raster.js';
import { OBJECT_ALPHA, objectBox, type PixelBox } from './mask.js';

/** Longest side of the finished picture, pixels, and how much of it the object takes. */
export const CANVAS_SIDE = 1_024;
export const OBJECT_SHARE = 0.8;
const LEAST_SIDE = 16;
/** How much of the ground around the object comes along, as a share of its longer side: its colours are needed to take them out. */
const GROUND_SHARE = 0.08;

/**
 * The object in the middle of a square: its bounding box has equal margins to a pixel. Four channels: the picture's own colours, the
 * ground's too near the object, and the mask as alpha. The object is never enlarged. Null when the mask is empty.
 *
 * @param mask one channel, of any size: scaled to the picture
 */
export async function centreObject(picture: Raster, mask: Raster): Promise<Raster | null> {
  const { width, height } = picture;
  const alpha =
    mask.width === width && mask.height === height
      ? mask
      : await rasterOf(sharpOf(mask).resize(width, height, { fit: 'fill', kernel: 'linear' }).extractChannel(0));
  const box = objectBox(alpha);
  if (!box) return null;
  const crop = widened(box, width, height);
  const longest = Math.max(box.right - box.left, box.bottom - box.top);
  const side = Math.max(LEAST_SIDE, Math.min(CANVAS_SIDE, Math.ceil(longest / OBJECT_SHARE)));
  const scale = Math.min(1, (side * OBJECT_SHARE) / longest);
  const size = {
    width: Math.max(1, Math.round((crop.right - crop.left) * scale)),
    height: Math.max(1, Math.round((crop.bottom - crop.top) * scale)),
  };
  const region = { left: crop.left, top: crop.top, width: crop.right - crop.left, height: crop.bottom - crop.top };
  // Colours and alpha are scaled apart: together, sharp would weigh the colours by alpha and lose the ground's.
  const [colours, shape] = await Promise.all([
    rasterOf(
      sharp(picture.data, { raw: rawOf(picture) })
        .extract(region)
        .resize(size.width, size.height, { fit: 'fill' }),
    ),
    rasterOf(
      sharp(alpha.data, { raw: rawOf(alpha) })
        .extract(region)
        .resize(size.width, size.height, { fit: 'fill' })
        .extractChannel(0),
    ),
  ]);
  return placed(colours, shape, side);
}

const rawOf = ({ width, height, channels }: Raster) => ({ width, height, channels });

function widened(box: PixelBox, width: number, height: number): PixelBox {
  const margin = Math.ceil(GROUND_SHARE * Math.max(box.right - box.left, box.bottom - box.top)) + 2;
  return {
    left: Math.max(0, box.left - margin),
    top: Math.max(0, box.top - margin),
    right: Math.min(width, box.right + margin),
    bottom: Math.min(height, box.bottom + margin),
  };
}

/**
 * Puts colours and shape on a transparent square so that the shape's box is in the middle of it. Beyond the colours' edge the nearest
 * ones go on: nothing but ground is ever seen there.
 */
function placed(colours: Raster, shape: Raster, side: number): Raster | null {
  const box = objectBox(shape);
  if (!box) return null;
  const canvas = new Uint8Array(side * side * 4);
  const shiftX = Math.floor((side - (box.right - box.left)) / 2) - box.left;
  const shiftY = Math.floor((side - (box.bottom - box.top)) / 2) - box.top;
  const clamped = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  for (let y = 0, to = 0; y < side; y++) {
    const row = clamped(y - shiftY, shape.height) * shape.width;
    for (let x = 0; x < side; x++, to += 4) {
      const from = row + clamped(x - shiftX, shape.width);
      for (let channel = 0; channel < 3; channel++) {
        canvas[to + channel] = colours.data[from * colours.channels + channel]!;
      }
      const isInside = y >= shiftY && y < shiftY + shape.height && x >= shiftX && x < shiftX + shape.width;
      const alpha = isInside ? shape.data[from]! : 0;
      canvas[to + 3] = alpha < OBJECT_ALPHA ? 0 : alpha;
    }
  }
  return { data: canvas, width: side, height: side, channels: 4 };
}
