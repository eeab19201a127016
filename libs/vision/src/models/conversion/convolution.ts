/** Permutes a kernel of TensorFlow (height, width, in, out) into that of ONNX (out, in, height, width). */
export function kernelToOnnx(data: Float32Array, shape: readonly number[]): { data: Float32Array; dims: number[] } {
  const [height, width, input, output] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < input; i++)
        for (let o = 0; o < output; o++)
          result[((o * input + i) * height + y) * width + x] = data[((y * width + x) * input + i) * output + o]!;
  return { data: result, dims: [output, input, height, width] };
}

/**
 * The same for a depthwise kernel (height, width, channels, multiplier), which ONNX sees as a convolution of `channels` groups
 * (channels × multiplier, 1, height, width).
 */
export function depthwiseKernelToOnnx(
  data: Float32Array,
  shape: readonly number[],
): { data: Float32Array; dims: number[] } {
  const [height, width, channels, multiplier] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        for (let m = 0; m < multiplier; m++)
          result[((c * multiplier + m) * height + y) * width + x] =
            data[((y * width + x) * channels + c) * multiplier + m]!;
  return { data: result, dims: [channels * multiplier, 1, height, width] };
}

/** Multiplies every output channel of an ONNX kernel by its factor. */
export function scaleOutputs(data: Float32Array, dims: readonly number[], factors: Float32Array): Float32Array {
  const perOutput = data.length / dims[0]!;
  return data.map((value, index) => value * factors[Math.floor(index / perOutput)]!);
}

/** Padding of a TensorFlow convolution as ONNX writes it. «SAME» pads more at the end, which is SAME_UPPER. */
export function autoPad(padding: string): 'SAME_UPPER' | 'VALID' {
  if (padding.toUpperCase() === 'SAME') return 'SAME_UPPER';
  if (padding.toUpperCase() === 'VALID') return 'VALID';
  throw new RangeError(`padding ${padding} is not converted`);
}
