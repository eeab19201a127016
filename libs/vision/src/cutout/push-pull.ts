/** Colours known at some pixels: three channels, and how much each pixel counts (0 = unknown). */
export interface SparseColours {
  rgb: Float32Array;
  weight: Float32Array;
  width: number;
  height: number;
}

/**
 * Colours of all pixels from those of some: averages over ever larger areas, the finest known one is taken (push-pull
 * interpolation, Gortler et al., The Lumigraph, 1996). Linear in the number of pixels. Unchanged when nothing is known.
 */
export function pushPull(level: SparseColours): Float32Array {
  const { width, height, rgb, weight } = level;
  if (width === 1 && height === 1) return rgb;
  const coarse = halved(level);
  const filled = pushPull(coarse);
  const out = new Float32Array(rgb.length);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const known = Math.min(1, weight[pixel]!);
      const parent = ((y >> 1) * coarse.width + (x >> 1)) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const at = pixel * 3 + channel;
        out[at] = known * rgb[at]! + (1 - known) * filled[parent + channel]!;
      }
    }
  }
  return out;
}

function halved({ width, height, rgb, weight }: SparseColours): SparseColours {
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const sums = new Float32Array(half.width * half.height * 3);
  const weights = new Float32Array(half.width * half.height);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const w = weight[pixel]!;
      if (w === 0) continue;
      const parent = (y >> 1) * half.width + (x >> 1);
      weights[parent] = weights[parent]! + w;
      for (let channel = 0; channel < 3; channel++) {
        sums[parent * 3 + channel] = sums[parent * 3 + channel]! + w * rgb[pixel * 3 + channel]!;
      }
    }
  }
  for (let parent = 0; parent < weights.length; parent++) {
    const w = weights[parent]!;
    if (w === 0) continue;
    for (let channel = 0; channel < 3; channel++) sums[parent * 3 + channel] = sums[parent * 3 + channel]! / w;
  }
  return { rgb: sums, weight: weights, ...half };
}
