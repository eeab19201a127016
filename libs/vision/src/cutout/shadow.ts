import sharp from 'sharp';
import { type Raster, rasterOf } from '../image/raster.js';
import { objectBox } from './mask.js';

/** How dark the shadow is where it is darkest. */
const OPACITY = 0.38;
/** Height of the shadow as a share of the object's, how far it reaches below its foot, and its softness as a share of its width. */
const FLATTENING = 0.12;
const DROP = 0.35;
const SOFTNESS = 0.025;
const LEAST_SOFTNESS = 0.8;

/**
 * Lays a soft shadow on the ground under the object: its outline pressed flat at its foot, blurred, black. The object covers the
 * shadow: opaque pixels stay as they are, alpha never becomes less. An empty picture is returned as it is.
 *
 * @param cut four channels, colours not multiplied by alpha
 */
export async function castShadow(cut: Raster): Promise<Raster> {
  const { width, height, data } = cut;
  const box = objectBox(cut);
  if (!box) return cut;
  const flat = pressedFlat(cut, box.top, box.bottom);
  const sigma = Math.max(LEAST_SOFTNESS, SOFTNESS * (box.right - box.left));
  const soft = await rasterOf(
    sharp(flat, { raw: { width, height, channels: 1 } })
      .blur(sigma)
      .extractChannel(0),
  );
  const out = Uint8Array.from(data);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const shade = (OPACITY * soft.data[pixel]!) / 255;
    const alpha = data[pixel * 4 + 3]! / 255;
    if (shade === 0 || alpha === 1) continue;
    // The object over a black shadow (Porter and Duff, 1984).
    const total = alpha + shade * (1 - alpha);
    for (let channel = 0; channel < 3; channel++) {
      out[pixel * 4 + channel] = total > 0 ? Math.round((data[pixel * 4 + channel]! * alpha) / total) : 0;
    }
    out[pixel * 4 + 3] = Math.max(data[pixel * 4 + 3]!, Math.round(total * 255));
  }
  return { data: out, width, height, channels: 4 };
}

/** The object's alpha pressed to a band at its foot; each row of the band is the widest of the rows it stands for. */
function pressedFlat({ data, width, height }: Raster, top: number, bottom: number): Uint8Array {
  const flat = new Uint8Array(width * height);
  const band = Math.max(2, Math.round((bottom - top) * FLATTENING));
  const first = Math.round(bottom - band * (1 - DROP));
  for (let y = top; y < bottom; y++) {
    const row = first + Math.floor(((y - top) / (bottom - top)) * band);
    if (row < 0 || row >= height) continue;
    for (let x = 0; x < width; x++) {
      const at = row * width + x;
      flat[at] = Math.max(flat[at]!, data[(y * width + x) * 4 + 3]!);
    }
  }
  return flat;
}
