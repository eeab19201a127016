import { createHash } from 'node:crypto';

/** One entry of `weightsManifest` of a TensorFlow.js model. */
export interface TfjsWeightSpec {
  name: string;
  shape: number[];
  dtype: 'float32' | 'int32';
  quantization?: { dtype: 'float16' } | { dtype: 'uint8' | 'uint16'; min: number; scale: number };
}

export interface TfjsWeight {
  shape: number[];
  dtype: 'float32' | 'int32';
  /** Quantised values are widened: TensorFlow.js computes in single precision, too. */
  data: Float32Array | Int32Array;
}

/** The bytes of a model's weights are not what its manifest says. */
export class TfjsWeightsError extends Error {
  readonly code = 'vision.weights_malformed';
}

/** Splits the joined weight bytes of a TensorFlow.js model by its manifest, in the manifest's order. */
export function readTfjsWeights(specs: readonly TfjsWeightSpec[], bytes: Uint8Array): Map<string, TfjsWeight> {
  const weights = new Map<string, TfjsWeight>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (const { name, shape, dtype, quantization } of specs) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const width = quantization ? (quantization.dtype === 'uint8' ? 1 : 2) : 4;
    if (offset + size * width > bytes.length) throw new TfjsWeightsError(`the weights end inside ${name}`);
    const data = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const at = offset + i * width;
      if (!quantization) data[i] = dtype === 'int32' ? view.getInt32(at, true) : view.getFloat32(at, true);
      else if (quantization.dtype === 'float16') data[i] = halfToNumber(view.getUint16(at, true));
      else {
        const level = quantization.dtype === 'uint8' ? view.getUint8(at) : view.getUint16(at, true);
        // Twice rounded on purpose: TensorFlow.js multiplies in double and stores in single precision.
        data[i] = Math.fround(level * quantization.scale + quantization.min);
      }
    }
    offset += size * width;
    weights.set(name, { shape, dtype, data });
  }
  if (offset !== bytes.length) throw new TfjsWeightsError(`${bytes.length - offset} bytes of weights are left over`);
  return weights;
}

/** IEEE 754 half precision. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
