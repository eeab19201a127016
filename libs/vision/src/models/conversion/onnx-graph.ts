import { ProtobufWriter } from './protobuf-writer.js';

/** Numbers of the ONNX format: element types and attribute kinds (onnx.proto3, IR version 8). */
const ELEMENT = { float: 1, int64: 7 } as const;
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;
const IR_VERSION = 8;
const OPSET = 17;

export type AttributeValue = number | string | readonly number[] | { float: number };

/** A name with its sizes; a text is a size that may differ from call to call (`N`, the batch). */
export interface GraphValue {
  name: string;
  dims: readonly (number | string)[];
}

/** Collects operators and constants of one network and writes them as an ONNX file of fixed bytes. */
export class OnnxGraph {
  private readonly nodes: ProtobufWriter[] = [];
  private readonly initializers = new Map<string, ProtobufWriter>();
  private names = 0;

  constructor(private readonly name: string) {}

  /** Adds an operator with one output and returns the output's name. A whole number is an `int` attribute; `{ float }` is a float. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.add(op, inputs, 1, attributes)[0]!;
  }

  /** The same for an operator with several outputs. */
  nodeOf(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string[] {
    return this.add(op, inputs, outputs, attributes);
  }

  /** Adds a constant of single precision; the same name is kept once. */
  floats(name: string, data: Float32Array, dims: readonly number[]): string {
    return this.initializer(name, ELEMENT.float, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dims);
  }

  /** Adds a constant of whole numbers. */
  integers(name: string, data: readonly number[], dims: readonly number[] = [data.length]): string {
    const values = BigInt64Array.from(data, BigInt);
    return this.initializer(name, ELEMENT.int64, new Uint8Array(values.buffer), dims);
  }

  /** The finished file. `outputs` name values that exist in the graph, `as` is how a caller asks for them. */
  finish(input: GraphValue, outputs: readonly (GraphValue & { as: string })[]): Buffer {
    const graph = new ProtobufWriter();
    for (const output of outputs) this.nodes.push(nodeMessage('Identity', [output.name], [output.as], {}));
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, this.name);
    for (const initializer of this.initializers.values()) graph.message(5, initializer);
    graph.message(11, valueInfo(input));
    for (const output of outputs) graph.message(12, valueInfo({ name: output.as, dims: output.dims }));
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, 'wewall-ai')
      .message(7, graph)
      .message(8, new ProtobufWriter().text(1, '').integer(2, OPSET))
      .finish();
  }

  private add(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, AttributeValue>>,
  ): string[] {
    const outputs = Array.from({ length: count }, () => `v${this.names++}`);
    this.nodes.push(nodeMessage(op, inputs, outputs, attributes));
    return outputs;
  }

  private initializer(name: string, element: number, raw: Uint8Array, dims: readonly number[]): string {
    if (!this.initializers.has(name)) {
      const message = new ProtobufWriter();
      for (const size of dims) message.integer(1, size);
      this.initializers.set(name, message.integer(2, element).text(8, name).bytes(9, raw));
    }
    return name;
  }
}

function nodeMessage(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>>,
): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, outputs[0]!).text(4, op);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
  return message;
}

function attribute(name: string, value: AttributeValue): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, ATTRIBUTE.int);
  if (typeof value === 'string') return message.text(4, value).integer(20, ATTRIBUTE.string);
  if ('float' in value) return message.float(2, value.float).integer(20, ATTRIBUTE.float);
  for (const item of value) message.integer(8, item);
  return message.integer(20, ATTRIBUTE.ints);
}

function valueInfo({ name, dims }: GraphValue): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of dims) {
    const dimension = new ProtobufWriter();
    shape.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size));
  }
  const tensor = new ProtobufWriter().integer(1, ELEMENT.float).message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
