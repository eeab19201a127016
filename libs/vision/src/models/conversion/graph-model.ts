import { autoPad, depthwiseKernelToOnnx, kernelToOnnx } from './convolution.js';
import { ConversionError } from './keras-model.js';
import { OnnxGraph } from './onnx-graph.js';
import type { TfjsWeight } from './tfjs-weights.js';

/** A node of a TensorFlow graph as TensorFlow.js writes it; whole numbers are texts, texts are base64. */
export interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Readonly<Record<string, GraphAttribute>>;
}

interface GraphAttribute {
  s?: string;
  i?: string | number;
  b?: boolean;
  list?: { s?: string[]; i?: (string | number)[] };
  shape?: { dim?: { size: string }[] };
}

/** A value during conversion. Maps are kept with channels first; everything else as the original has it. */
interface Value {
  name: string;
  map: boolean;
  constant?: TfjsWeight;
}

const END = 2 ** 31 - 1;
const TO_FLOAT = 1;

/**
 * Converts a graph model of TensorFlow.js into ONNX, channels first, by following its nodes in order. `outputs` maps names of
 * nodes to names of the file's outputs; nodes that no output needs are left out. A map among the outputs is turned back to
 * channels last. Throws ConversionError on an operator it does not know.
 */
export class GraphModelConversion {
  private readonly graph: OnnxGraph;
  private readonly values = new Map<string, Value>();
  private readonly nodes: Map<string, GraphNode>;
  private input: { name: string; dims: (number | string)[] } | undefined;

  constructor(
    nodes: readonly GraphNode[],
    private readonly weights: ReadonlyMap<string, TfjsWeight>,
    private readonly name: string,
  ) {
    this.graph = new OnnxGraph(name);
    this.nodes = new Map(nodes.map((node) => [node.name, node]));
  }

  convert(outputs: readonly { node: string; as: string; dims: readonly (number | string)[] }[]): Buffer {
    const finished = outputs.map(({ node, as, dims }) => ({ name: this.plain(this.value(node)), as, dims }));
    if (!this.input) throw new ConversionError(`${this.name} has no input`);
    return this.graph.finish(this.input, finished);
  }

  /** The value of a node (`name` or `name:output`), converted when it is first asked for. */
  private value(reference: string): Value {
    const known = this.values.get(reference);
    if (known) return known;
    const [name = ''] = reference.split(':');
    const node = this.nodes.get(name);
    if (!node) throw new ConversionError(`there is no node ${name}`);
    this.convertNode(node);
    const value = this.values.get(reference);
    if (!value) throw new ConversionError(`${node.op} has no output ${reference}`);
    return value;
  }

  private convertNode(node: GraphNode): void {
    const put = (value: Value, output = 0) =>
      this.values.set(output === 0 ? node.name : `${node.name}:${output}`, value);
    const inputs = (node.input ?? []).filter((reference) => !reference.startsWith('^'));
    const at = (index: number): Value => {
      const reference = inputs[index];
      if (reference === undefined) throw new ConversionError(`${node.name} lacks input ${index}`);
      return this.value(reference);
    };
    switch (node.op) {
      case 'Placeholder': {
        const [, height, width, channels] = (node.attr?.shape?.shape?.dim ?? []).map(({ size }) => Number(size));
        if (!height || !width || !channels) throw new ConversionError(`${node.name}: a map of fixed size is converted`);
        this.input = { name: 'image', dims: [1, channels, height, width] };
        return void put({ name: 'image', map: true });
      }
      case 'Const': {
        const constant = this.weights.get(node.name);
        if (!constant) throw new ConversionError(`there are no weights ${node.name}`);
        return void put({ name: node.name, map: false, constant });
      }
      case 'Identity':
        return void put(at(0));
      case '_FusedConv2D':
      case 'Conv2D':
      case 'FusedDepthwiseConv2dNative':
      case 'DepthwiseConv2dNative':
        return void put(this.convolution(node, at));
      case 'Relu':
        return void put({ ...at(0), name: this.graph.node('Relu', [this.operand(at(0))]) });
      case 'Relu6':
        return void put({ ...at(0), name: this.clip6(this.operand(at(0))) });
      case 'Sigmoid':
        return void put({ ...at(0), name: this.graph.node('Sigmoid', [this.operand(at(0))]) });
      case 'Mul':
      case 'Add':
      case 'Sub':
      case 'FloorDiv':
      case 'FloorMod':
      case 'Equal':
        return void put(this.elementwise(node.op, at(0), at(1)));
      case 'Cast':
        return void put({ name: this.graph.node('Cast', [this.operand(at(0))], { to: TO_FLOAT }), map: at(0).map });
      case 'Mean': {
        const axes = this.whole(at(1));
        if (!at(0).map || axes.join() !== '1,2' || !node.attr?.keep_dims?.b)
          throw new ConversionError(`${node.name}: only a mean over the whole map is converted`);
        return void put({
          name: this.graph.node('ReduceMean', [at(0).name], { axes: [2, 3], keepdims: 1 }),
          map: true,
        });
      }
      case 'MaxPool': {
        const [, height, width] = whole(node.attr?.ksize?.list?.i);
        const [, down, across] = whole(node.attr?.strides?.list?.i);
        const pooled = this.graph.node('MaxPool', [this.map(at(0), node)], {
          kernel_shape: [height!, width!],
          strides: [down!, across!],
          auto_pad: autoPad(textOf(node.attr?.padding)),
        });
        return void put({ name: pooled, map: true });
      }
      case 'ResizeBilinear': {
        if (node.attr?.align_corners?.b || node.attr?.half_pixel_centers?.b)
          throw new ConversionError(`${node.name}: only the legacy grid of points is converted`);
        const [height, width] = this.whole(at(1)) as [number, number];
        const shape = this.graph.node('Shape', [this.map(at(0), node)], { start: 0, end: 2 });
        const sizes = this.graph.node('Concat', [shape, this.graph.integers(`${height}x${width}`, [height, width])], {
          axis: 0,
        });
        const resized = this.graph.node('Resize', [at(0).name, '', '', sizes], {
          mode: 'linear',
          coordinate_transformation_mode: 'asymmetric',
        });
        return void put({ name: resized, map: true });
      }
      case 'ConcatV2': {
        const parts = inputs.slice(0, -1).map((reference) => this.value(reference));
        const [axis = 0] = this.whole(at(inputs.length - 1));
        const map = parts.every((part) => part.map);
        if (map && axis !== 3) throw new ConversionError(`${node.name}: maps are joined along channels only`);
        const names = parts.map((part) => (map ? part.name : this.plain(part)));
        return void put({ name: this.graph.node('Concat', names, { axis: map ? 1 : axis }), map });
      }
      case 'Reshape':
        return void put({
          name: this.graph.node('Reshape', [this.plain(at(0)), this.integers(at(1))]),
          map: false,
        });
      case 'ExpandDims':
        return void put({
          name: this.graph.node('Unsqueeze', [
            this.plain(at(0)),
            this.graph.integers(`axes${this.whole(at(1)).join()}`, this.whole(at(1))),
          ]),
          map: false,
        });
      case 'TopKV2': {
        const count = this.graph.integers(`${node.name}/count`, this.whole(at(1)));
        const [scores, indices] = this.graph.nodeOf('TopK', [this.plain(at(0)), count], 2, {
          axis: -1,
          largest: 1,
          sorted: 1,
        });
        put({ name: scores!, map: false });
        return void put({ name: indices!, map: false }, 1);
      }
      case 'GatherV2': {
        const [axis = 0] = this.whole(at(2));
        if (Number(node.attr?.batch_dims?.i ?? 0) !== 0)
          throw new ConversionError(`${node.name}: gathering by batch is not converted`);
        return void put({
          name: this.graph.node('Gather', [this.plain(at(0)), this.plain(at(1))], { axis }),
          map: false,
        });
      }
      case 'StridedSlice':
        return void put(this.slice(node, at));
      default:
        throw new ConversionError(`operator ${node.op} (${node.name}) is not converted`);
    }
  }

  private convolution(node: GraphNode, at: (index: number) => Value): Value {
    const kernel = at(1).constant;
    if (!(kernel?.data instanceof Float32Array)) throw new ConversionError(`${node.name}: the kernel is not constant`);
    const depthwise = node.op.includes('epthwise');
    const converted = depthwise
      ? depthwiseKernelToOnnx(kernel.data, kernel.shape)
      : kernelToOnnx(kernel.data, kernel.shape);
    const [, down, across] = whole(node.attr?.strides?.list?.i);
    const [, downApart = 1, acrossApart = 1] = whole(node.attr?.dilations?.list?.i);
    const fused = (node.attr?.fused_ops?.list?.s ?? []).map((text) => Buffer.from(text, 'base64').toString());
    const names = [
      this.map(at(0), node),
      this.graph.floats(at(1).name, converted.data, converted.dims),
      ...(fused[0] === 'BiasAdd' ? [this.operand(at(2))] : []),
    ];
    let output = this.graph.node('Conv', names, {
      kernel_shape: converted.dims.slice(2),
      strides: [down!, across!],
      dilations: [downApart, acrossApart],
      auto_pad: autoPad(textOf(node.attr?.padding)),
      ...(depthwise ? { group: kernel.shape[2]! } : {}),
    });
    for (const operation of fused) {
      if (operation === 'Relu') output = this.graph.node('Relu', [output]);
      else if (operation === 'Relu6') output = this.clip6(output);
      else if (operation !== 'BiasAdd') throw new ConversionError(`${node.name}: fused ${operation} is not converted`);
    }
    return { name: output, map: true };
  }

  private elementwise(op: string, left: Value, right: Value): Value {
    const map = left.map || right.map;
    const names = [left, right].map((side) => {
      if (!map || side.map) return this.operand(side);
      // What broadcasts over channels-last has to broadcast over channels-first.
      const { constant } = side;
      if (constant && constant.shape.length <= 1 && constant.data instanceof Float32Array)
        return this.graph.floats(
          `${side.name}/map`,
          constant.data,
          constant.shape.length === 0 ? [] : [constant.shape[0]!, 1, 1],
        );
      throw new ConversionError(`${op} of a map and ${side.name}, which is neither a map nor one number a channel`);
    });
    // Every dividend here is an index and not negative, so division and remainder agree with TensorFlow's rounding down.
    const operator = op === 'FloorDiv' ? 'Div' : op === 'FloorMod' ? 'Mod' : op;
    return { name: this.graph.node(operator, names), map };
  }

  private slice(node: GraphNode, at: (index: number) => Value): Value {
    for (const mask of ['ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'])
      if (Number(node.attr?.[mask]?.i ?? 0) !== 0) throw new ConversionError(`${node.name}: ${mask} is not converted`);
    const [begin, end, step] = [1, 2, 3].map((index) => this.whole(at(index))) as [number[], number[], number[]];
    const beginMask = Number(node.attr?.begin_mask?.i ?? 0);
    const endMask = Number(node.attr?.end_mask?.i ?? 0);
    const starts = begin.map((value, axis) => (beginMask & (1 << axis) ? 0 : value));
    const ends = end.map((value, axis) => (endMask & (1 << axis) ? END : value));
    const constant = (name: string, values: readonly number[]) => this.graph.integers(`${node.name}/${name}`, values);
    const names = [
      constant('starts', starts),
      constant('ends', ends),
      constant(
        'axes',
        starts.map((_, axis) => axis),
      ),
      constant('steps', step),
    ];
    return { name: this.graph.node('Slice', [this.plain(at(0)), ...names]), map: false };
  }

  /** Name of a value as it is; a constant becomes an initializer. */
  private operand(value: Value): string {
    const { constant } = value;
    if (!constant) return value.name;
    return constant.data instanceof Float32Array
      ? this.graph.floats(value.name, constant.data, constant.shape)
      : this.graph.integers(value.name, Array.from(constant.data), constant.shape);
  }

  private integers(value: Value): string {
    return value.constant ? this.graph.integers(value.name, this.whole(value), value.constant.shape) : value.name;
  }

  /** Name of a value with channels last. */
  private plain(value: Value): string {
    return value.map ? this.graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] }) : this.operand(value);
  }

  private map(value: Value, node: GraphNode): string {
    if (!value.map) throw new ConversionError(`${node.name} needs a map`);
    return value.name;
  }

  private whole(value: Value): number[] {
    if (!value.constant) throw new ConversionError(`${value.name} is not constant`);
    return Array.from(value.constant.data);
  }

  private clip6(name: string): string {
    const bound = (value: number) => this.graph.floats(`bound${value}`, new Float32Array([value]), []);
    return this.graph.node('Clip', [name, bound(0), bound(6)]);
  }
}

const whole = (list: (string | number)[] | undefined): number[] => (list ?? []).map(Number);
const textOf = (attribute: GraphAttribute | undefined): string => Buffer.from(attribute?.s ?? '', 'base64').toString();
