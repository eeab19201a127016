import sharp, { type Sharp } from 'sharp';

/** Pixels of 8 bits a channel in row-major order, channels interleaved: 1 = grey or mask, 3 = RGB, 4 = RGB and alpha. */
export interface Raster {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
}

/** The raster as input of sharp. */
export function sharpOf({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Runs the pipeline and takes its pixels. Throws when sharp gives another number of channels than 1, 3 or 4. */
export async function rasterOf(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3 && channels !== 4) throw new Error(`a raster of ${channels} channels`);
  return { data, width, height, channels };
}

/** Scaled to exactly this size; the proportions are not kept unless `fit` says so. Off the main thread. */
export function resizeRaster(
  raster: Raster,
  { width, height, fit = 'fill' }: { width: number; height: number; fit?: 'fill' | 'cover' | 'inside' | 'contain' },
): Promise<Raster> {
  return rasterOf(sharpOf(raster).resize(width, height, { fit, kernel: 'linear' }));
}

/** How a network wants its pixels: `value = (pixel / 255 − mean) / std` for each channel. */
export interface PixelScale {
  layout: 'NHWC' | 'NCHW';
  mean: readonly number[];
  std: readonly number[];
}

/** A batch of one: `[1, height, width, 3]` or `[1, 3, height, width]`. The raster must be RGB. */
export function tensorOf(raster: Raster, { layout, mean, std }: PixelScale): { data: Float32Array; dims: number[] } {
  const { data, width, height, channels } = raster;
  if (channels !== 3) throw new RangeError(`a tensor is made of RGB, not of ${channels} channels`);
  const area = width * height;
  const values = new Float32Array(area * 3);
  const [pixelStep, channelStep] = layout === 'NHWC' ? [3, 1] : [1, area];
  for (let channel = 0; channel < 3; channel++) {
    const scale = 1 / (255 * (std[channel] ?? 1));
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1);
    for (let pixel = 0, at = channel * channelStep; pixel < area; pixel++, at += pixelStep) {
      values[at] = data[pixel * 3 + channel]! * scale - shift;
    }
  }
  return { data: values, dims: layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width] };
}
