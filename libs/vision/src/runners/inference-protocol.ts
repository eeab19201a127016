import type { Tensor } from '../models/model-runner.js';

interface ProtocolTensor {
  name: string;
  shape: number[];
  datatype: string;
  data?: number[];
  parameters?: { binary_data_size?: number };
}

/**
 * A request of the Open Inference Protocol with the binary tensor extension: a JSON header of `headerLength` bytes, then the
 * tensors' 32-bit floats, little-endian, one after another. Answers are wanted in binary as well.
 */
export function encodeRequest(inputs: Readonly<Record<string, Tensor>>): {
  body: Buffer<ArrayBuffer>;
  headerLength: number;
} {
  const header = Buffer.from(
    JSON.stringify({
      inputs: Object.entries(inputs).map(([name, { data, dims }]) => ({
        name,
        shape: [...dims],
        datatype: 'FP32',
        parameters: { binary_data_size: data.byteLength },
      })),
      parameters: { binary_data_output: true },
    }),
  );
  const tensors = Object.values(inputs).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return { body: Buffer.concat([header, ...tensors]), headerLength: header.length };
}

/**
 * Tensors of an answer, in binary or (without a header length) in JSON. Throws SyntaxError or RangeError when it is not what the
 * protocol says.
 */
export function decodeAnswer(bytes: Uint8Array, headerLength: number | null): Record<string, Tensor> {
  const end = headerLength ?? bytes.length;
  if (!Number.isInteger(end) || end < 0 || end > bytes.length) throw new RangeError('a wrong length of the header');
  const { outputs } = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8')) as { outputs?: unknown };
  if (!Array.isArray(outputs)) throw new SyntaxError('no outputs');
  const tensors: Record<string, Tensor> = {};
  let at = end;
  for (const output of outputs as ProtocolTensor[]) {
    const { name, shape, datatype, data, parameters } = output;
    if (typeof name !== 'string' || !isShape(shape)) throw new SyntaxError('an output without a name or a shape');
    if (datatype !== 'FP32') throw new SyntaxError(`output ${name} is of ${datatype}, not FP32`);
    const count = shape.reduce((product, side) => product * side, 1);
    const size = parameters?.binary_data_size;
    if (size === undefined) {
      if (!Array.isArray(data)) throw new SyntaxError(`output ${name} has no data`);
      tensors[name] = tensor(Float32Array.from(data.flat(Number.POSITIVE_INFINITY) as number[]), shape, count);
      continue;
    }
    if (size !== count * 4 || at + size > bytes.length) throw new RangeError(`output ${name} has a wrong size`);
    // A copy: the bytes need not lie at a multiple of four.
    tensors[name] = tensor(new Float32Array(new Uint8Array(bytes.subarray(at, at + size)).buffer), shape, count);
    at += size;
  }
  return tensors;
}

function tensor(data: Float32Array, dims: number[], count: number): Tensor {
  if (data.length !== count || !data.every(Number.isFinite)) throw new RangeError('not the numbers its shape says');
  return { data, dims };
}

const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) && shape.every((side) => Number.isSafeInteger(side) && side >= 0);
