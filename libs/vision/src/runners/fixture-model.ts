import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import onnxProto from 'onnx-proto';
import type { ModelEntry } from '../models/model-manifest.js';
import type { RunnableModel } from './model-registry.js';

const { onnx } = onnxProto;
const FLOAT = 1;
const OPSET = 17;
const IR_VERSION = 8;

const shapeOf = (name: string, dims: readonly (number | string)[]) => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
    },
  },
});

/** Same numbers for the same seed, small enough that chains of products stay finite. */
const weights = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_w, at) => Math.sin(at * 0.7 + seed) / 64);

/** What a made-up network is to be like. */
export interface FixtureShape {
  id: string;
  /** Side of the square RGB input. */
  side?: number;
  /** Changes the weights and so the sha256. */
  seed?: number;
  /** Products of square matrices of `width`, one after another: makes runs long. */
  layers?: number;
  width?: number;
  /** Whether each layer has weights of its own: makes files large. */
  ownWeights?: boolean;
}

/**
 * Writes a network of a test: the mean of each channel, through `layers` products, as output `scores` of `width` numbers. Its
 * weights are made up; its manifest entry says so.
 */
export function writeFixtureModel(
  folder: string,
  { id, side = 8, seed = 1, layers = 1, width = 4, ownWeights = false }: FixtureShape,
  entry: Partial<ModelEntry> = {},
): RunnableModel {
  const node = [
    {
      opType: 'ReduceMean',
      input: ['image'],
      output: ['means'],
      attribute: [ints('axes', [2, 3]), int('keepdims', 0)],
    },
    { opType: 'MatMul', input: ['means', 'first'], output: ['layer0'] },
  ];
  const initializer = [matrix('first', 3, width, weights(3 * width, seed))];
  for (let layer = 0; layer < layers; layer++) {
    const name = ownWeights ? `weights${layer}` : 'weights0';
    if (ownWeights || layer === 0) initializer.push(matrix(name, width, width, weights(width * width, seed + layer)));
    const output = layer === layers - 1 ? 'scores' : `layer${layer + 1}`;
    node.push({ opType: 'MatMul', input: [`layer${layer}`, name], output: [output] });
  }
  const graph = {
    name: id,
    node,
    initializer,
    input: [shapeOf('image', ['batch', 3, side, side])],
    output: [shapeOf('scores', ['batch', width])],
  };
  return written(folder, graph, side, { outputs: [{ name: 'scores', meaning: 'scores' }], ...entry });
}

/** Writes a segmentation network of a test: what is light is object, by the mean of the channels. */
export function writeFixtureSegmenter(
  folder: string,
  { id, side = 32 }: Pick<FixtureShape, 'id' | 'side'>,
): RunnableModel {
  const graph = {
    name: id,
    node: [
      { opType: 'ReduceMean', input: ['image'], output: ['mask'], attribute: [ints('axes', [1]), int('keepdims', 1)] },
    ],
    input: [shapeOf('image', ['batch', 3, side, side])],
    output: [shapeOf('mask', ['batch', 1, side, side])],
  };
  return written(folder, graph, side, { task: 'segment', outputs: [{ name: 'mask', meaning: 'mask' }] });
}

/** Writes the graph's file and says what its manifest entry is. */
function written(
  folder: string,
  graph: { name: string } & object,
  side: number,
  entry: Pick<ModelEntry, 'outputs'> & Partial<ModelEntry>,
): RunnableModel {
  const id = graph.name;
  const bytes = onnx.ModelProto.encode(
    onnx.ModelProto.create({ irVersion: IR_VERSION, opsetImport: [{ domain: '', version: OPSET }], graph }),
  ).finish();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = `${id}-${sha256.slice(0, 8)}.onnx`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, file), bytes);
  return {
    id,
    version: '1',
    task: 'features',
    format: 'onnx',
    precision: 'fp32',
    file,
    path: path.join(folder, file),
    bytes: bytes.length,
    sha256,
    licence: 'none: made-up weights',
    source: {},
    input: { name: 'image', layout: 'NCHW', width: side, height: side, mean: [0, 0, 0], std: [1, 1, 1] },
    preload: false,
    idleUnloadMs: 0,
    maxBatch: 8,
    minRamMb: 1,
    fixture: true,
    ...entry,
  };
}

/** What `scores` must be for an image whose channels have these means. */
export function fixtureScores(
  means: readonly number[],
  { seed = 1, layers = 1, width = 4, ownWeights = false }: Omit<FixtureShape, 'id'>,
): number[] {
  let vector = product(means, weights(3 * width, seed), width);
  for (let layer = 0; layer < layers; layer++) {
    vector = product(vector, weights(width * width, seed + (ownWeights ? layer : 0)), width);
  }
  return vector;
}

function product(vector: readonly number[], values: Float32Array, width: number): number[] {
  return Array.from({ length: width }, (_out, column) =>
    vector.reduce((sum, value, row) => sum + value * values[row * width + column]!, 0),
  );
}

function matrix(name: string, rows: number, columns: number, values: Float32Array) {
  return { name, dataType: FLOAT, dims: [rows, columns], rawData: new Uint8Array(values.buffer) };
}

const int = (name: string, i: number) => ({ name, type: onnx.AttributeProto.AttributeType.INT, i });
const ints = (name: string, values: number[]) => ({ name, type: onnx.AttributeProto.AttributeType.INTS, ints: values });
