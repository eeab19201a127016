import type { ImageKind, PerceptualHash } from '../analysis.js';
import { type Raster, resizeRaster } from './raster.js';

/** Side of the grey picture both hashes are computed from. */
const SIDE = 64;
const DCT_SIDE = 32;
const LOW = 8;
const GRADIENTS = 16;

/** cos((2x + 1)uπ / 64) for the first frequencies of the discrete cosine transform (DCT-II) of 32 samples. */
const COSINES = Array.from({ length: LOW + 1 }, (_u, u) =>
  Float64Array.from({ length: DCT_SIDE }, (_x, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * DCT_SIDE))),
);

/** Brightness by ITU-R BT.601. */
function brightness({ data, width, height, channels }: Raster): Float64Array {
  const grey = new Float64Array(width * height);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += channels) {
    grey[pixel] = channels === 1 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  }
  return grey;
}

/** Means over equal areas, parts of pixels weighted by their area. */
function averaged(grey: Float64Array, side: number, width: number, height: number): Float64Array {
  const shrink = (source: Float64Array, lines: number, length: number): Float64Array => {
    // One pass along the rows; the result is transposed, so that a second pass does the columns.
    const out = new Float64Array(length * lines);
    const step = source.length / lines / length;
    for (let line = 0; line < lines; line++) {
      for (let cell = 0; cell < length; cell++) {
        let sum = 0;
        for (let x = Math.floor(cell * step); x < (cell + 1) * step; x++) {
          sum +=
            source[(line * source.length) / lines + x]! *
            (Math.min(x + 1, (cell + 1) * step) - Math.max(x, cell * step));
        }
        out[cell * lines + line] = sum / step;
      }
    }
    return out;
  };
  return shrink(shrink(grey, side, width), width, height);
}

/** Signs of the 8 × 8 lowest frequencies (the constant left out) against their median: 64 bits. */
function phashBits(grey: Float64Array): boolean[] {
  const pixels = averaged(grey, SIDE, DCT_SIDE, DCT_SIDE);
  const rows = Array.from({ length: DCT_SIDE }, (_row, x) =>
    COSINES.map((cosines) => cosines.reduce((sum, cosine, y) => sum + cosine * pixels[x * DCT_SIDE + y]!, 0)),
  );
  const frequencies: number[] = [];
  for (let u = 1; u <= LOW; u++) {
    for (let v = 1; v <= LOW; v++) frequencies.push(rows.reduce((sum, row, x) => sum + COSINES[u]![x]! * row[v]!, 0));
  }
  const sorted = [...frequencies].sort((a, b) => a - b);
  const median = (sorted[31]! + sorted[32]!) / 2;
  return frequencies.map((frequency) => frequency > median);
}

/** Growth of brightness, of 255, that is more than the noise of compression on even ground. */
const LEAST_GROWTH = 2;

/** Whether brightness grows from left to right in a grid of 16 × 16: 256 bits. */
function dhashBits(grey: Float64Array): boolean[] {
  const width = GRADIENTS + 1;
  // Rows of the transposed mean are columns of the picture.
  const pixels = averaged(grey, SIDE, width, GRADIENTS);
  const bits: boolean[] = [];
  for (let row = 0; row < GRADIENTS; row++) {
    for (let column = 0; column < GRADIENTS; column++) {
      bits.push(pixels[row * width + column + 1]! - pixels[row * width + column]! > LEAST_GROWTH);
    }
  }
  return bits;
}

function hexOf(bits: readonly boolean[]): string {
  let hex = '';
  for (let at = 0; at < bits.length; at += 4) {
    hex += bits
      .slice(at, at + 4)
      .reduce((digit, bit) => digit * 2 + Number(bit), 0)
      .toString(16);
  }
  return hex;
}

/** A picture whose brightness varies less (standard deviation, of 255) has nothing to be told by: all blank pages look the same. */
const LEAST_DETAIL = 1.5;

function isBlank(grey: Float64Array): boolean {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  return grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length < LEAST_DETAIL ** 2;
}

/** Both hashes of a picture; insensitive to size, compression and brightness, not to crops or mirrors. Null for a blank one. */
export async function perceptualHash(image: Raster): Promise<PerceptualHash | null> {
  const grey = brightness(await resizeRaster(image, { width: SIDE, height: SIDE }));
  if (isBlank(grey)) return null;
  return { phash: hexOf(phashBits(grey)), dhash: hexOf(dhashBits(grey)) };
}

/** Bits in which two hashes of the same length differ. */
export function hashDistance(a: string, b: string): number {
  let distance = 0;
  for (let at = 0; at < a.length; at += 8) {
    distance += setBits((parseInt(a.slice(at, at + 8), 16) ^ parseInt(b.slice(at, at + 8), 16)) >>> 0);
  }
  return distance;
}

/** Number of bits set among 32. */
export function setBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Largest distance of the 64-bit hash at which anything may be similar. */
export const MAYBE_BITS = 12;
const SAME_PHOTO_BITS = 7;
const SAME_DRAWING_BITS = 6;
const SAME_DRAWING_GRADIENTS = 24;

/**
 * Whether two pictures look the same, by the distances of their hashes. Photos: up to 7 bits the same, 8 to 12 maybe. Plans and
 * documents, white with thin lines, resemble each other: at most 6 bits and 24 gradients. Unknown kinds are judged as strictly.
 */
export function similarity(kind: ImageKind | 'unknown', phash: number, dhash: number): 'same' | 'maybe' | null {
  if (kind === 'photo') return phash <= SAME_PHOTO_BITS ? 'same' : phash <= MAYBE_BITS ? 'maybe' : null;
  return phash <= SAME_DRAWING_BITS && dhash <= SAME_DRAWING_GRADIENTS ? 'same' : null;
}
