import sharp from 'sharp';
import type { Raster } from '../image/raster.js';

/** Pixels ready for a recogniser: grey, dark on light, level. */
export interface PreparedPage {
  png: Buffer;
  width: number;
  height: number;
}

/** Tilts looked for, degrees either way. Steeper pictures are left as they are. */
const MAX_TILT = 6;
const TILT_STEP = 0.25;
/** Width at which the tilt is measured, pixels: lines are still lines and it takes milliseconds. */
const TILT_WIDTH = 700;
/** Below this mean lightness the text is taken to be light on dark. */
const DARK = 105;

/** Grey, inverted when the ground is dark, contrast stretched, tilt removed, enlarged by `scale`. */
export async function preparePage(image: Raster, scale = 1): Promise<PreparedPage> {
  const source = sharp(image.data, { raw: { width: image.width, height: image.height, channels: image.channels } })
    .flatten({ background: '#ffffff' })
    .greyscale();
  const { data: small, info } = await source
    .clone()
    .resize(TILT_WIDTH, TILT_WIDTH, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
  const tilt = measureTilt(small, info.width, info.height, mean < DARK);
  let page = mean < DARK ? source.negate() : source;
  page = page.normalise({ lower: 1, upper: 99 });
  if (scale !== 1)
    page = page.resize(Math.round(image.width * scale), Math.round(image.height * scale), { kernel: 'cubic' });
  // Sharp turns after scaling whatever the order of calls is, so turning has its own pipeline.
  if (tilt !== 0)
    page = sharp(await page.png({ compressionLevel: 1 }).toBuffer()).rotate(-tilt, { background: '#ffffff' });
  const { data, info: size } = await page.png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  return { png: data, width: size.width, height: size.height };
}

/**
 * Tilt of lines of text and of walls in degrees, clockwise positive; 0 when there is no clear one. Of all tilts the right one makes
 * rows of dark pixels the most uneven (projection profile, Postl 1986).
 */
export function measureTilt(grey: Uint8Array, width: number, height: number, inverted: boolean): number {
  const threshold = inkThreshold(grey);
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = grey[y * width + x]!;
      if (inverted ? value > threshold : value < threshold) {
        xs.push(x);
        ys.push(y);
      }
    }
  // A photograph has ink everywhere: nothing to level.
  if (xs.length < 200 || xs.length > width * height * 0.45) return 0;
  const unevenness = (degrees: number): number => {
    const slope = Math.tan((degrees * Math.PI) / 180);
    const rows = new Float64Array(height + 2 * width);
    for (let i = 0; i < xs.length; i++) rows[Math.round(ys[i]! - xs[i]! * slope) + width]! += 1;
    let sum = 0;
    for (let row = 1; row < rows.length; row++) sum += (rows[row]! - rows[row - 1]!) ** 2;
    return sum;
  };
  const level = unevenness(0);
  let best = { tilt: 0, score: level };
  for (let tilt = -MAX_TILT; tilt <= MAX_TILT; tilt += TILT_STEP) {
    const score = unevenness(tilt);
    if (score > best.score) best = { tilt, score };
  }
  return best.score > level * 1.15 && Math.abs(best.tilt) < MAX_TILT ? best.tilt : 0;
}

/** Threshold between ink and paper by the largest variance between the two (Otsu, 1979). */
function inkThreshold(grey: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of grey) counts[value]! += 1;
  const total = grey.length;
  const sum = counts.reduce((all, count, value) => all + count * value, 0);
  let [below, sumBelow, best, threshold] = [0, 0, -1, 128];
  for (let value = 0; value < 256; value++) {
    below += counts[value]!;
    sumBelow += value * counts[value]!;
    if (below === 0 || below === total) continue;
    const difference = sumBelow / below - (sum - sumBelow) / (total - below);
    const variance = below * (total - below) * difference * difference;
    if (variance > best) [best, threshold] = [variance, value + 1];
  }
  return threshold;
}
