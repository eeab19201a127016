import { autoPad, depthwiseKernelToOnnx, kernelToOnnx, scaleOutputs } from './convolution.js';
import { OnnxGraph } from './onnx-graph.js';
import type { TfjsWeight } from './tfjs-weights.js';

/** A layers model of TensorFlow.js (Keras 2 functional model), as far as this converter reads it. */
export interface KerasTopology {
  model_config: {
    config: {
      layers: {
        name: string;
        class_name: string;
        config: Readonly<Record<string, unknown>>;
        inbound_nodes: readonly (readonly (readonly [string, number, number, unknown?])[])[];
      }[];
    };
  };
}

interface Channels {
  name: string;
  channels: number;
}

/** The model uses something that this converter does not know; converting it by guess would give wrong numbers. */
export class ConversionError extends Error {
  readonly code = 'vision.conversion_unsupported';
}

/**
 * Converts a chain-with-shortcuts image network into ONNX: input (N, 3, height, width), batch normalisation folded into the
 * convolution before it. `outputs` maps names of layers to names of the file's outputs, with their sizes.
 * Throws ConversionError on a layer it does not know.
 */
export function convertKerasModel(
  topology: KerasTopology,
  weights: ReadonlyMap<string, TfjsWeight>,
  options: { name: string; outputs: readonly { layer: string; as: string; dims: readonly (number | string)[] }[] },
): Buffer {
  const graph = new OnnxGraph(options.name);
  const values = new Map<string, Channels>();
  const layers = topology.model_config.config.layers;
  const consumers = new Map<string, typeof layers>();
  for (const layer of layers)
    for (const [from] of layer.inbound_nodes[0] ?? []) consumers.set(from, [...(consumers.get(from) ?? []), layer]);
  const weight = (name: string): Float32Array => {
    const found = weights.get(name);
    if (!(found?.data instanceof Float32Array)) throw new ConversionError(`there are no weights ${name}`);
    return found.data;
  };
  let input: { name: string; dims: (number | string)[] } | undefined;

  for (const layer of layers) {
    const { config } = layer;
    const from = (layer.inbound_nodes[0] ?? []).map(([name]) => {
      const value = values.get(name);
      if (!value) throw new ConversionError(`layer ${layer.name} needs ${name}, which comes after it`);
      return value;
    });
    const [first] = from;
    if (!first) {
      if (layer.class_name !== 'InputLayer') throw new ConversionError(`layer ${layer.name} has no input`);
      const [, height, width, channels] = config.batch_input_shape as [null, number, number, number];
      input = { name: 'image', dims: ['N', channels, height, width] };
      values.set(layer.name, { name: 'image', channels });
      continue;
    }
    switch (layer.class_name) {
      case 'ZeroPadding2D': {
        const [[top, bottom], [left, right]] = config.padding as [[number, number], [number, number]];
        const pads = graph.integers(`${layer.name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
        values.set(layer.name, { ...first, name: graph.node('Pad', [first.name, pads]) });
        break;
      }
      case 'Conv2D':
      case 'DepthwiseConv2D': {
        if (config.use_bias || config.activation !== 'linear')
          throw new ConversionError(`${layer.name}: only a bare convolution is converted`);
        const depthwise = layer.class_name === 'DepthwiseConv2D';
        const name = `${layer.name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`;
        const shape = weights.get(name)?.shape ?? [];
        const kernel = depthwise ? depthwiseKernelToOnnx(weight(name), shape) : kernelToOnnx(weight(name), shape);
        const [normalisation, ...others] = consumers.get(layer.name) ?? [];
        if (normalisation?.class_name !== 'BatchNormalization' || others.length > 0)
          throw new ConversionError(`${layer.name}: a convolution must be followed by its batch normalisation alone`);
        const { scale, shift } = normalisationOf(normalisation.name, Number(normalisation.config.epsilon), weight);
        const strides = config.strides as number[];
        const output = graph.node(
          'Conv',
          [
            first.name,
            graph.floats(name, scaleOutputs(kernel.data, kernel.dims, scale), kernel.dims),
            graph.floats(`${layer.name}/bias`, shift, [shift.length]),
          ],
          {
            kernel_shape: kernel.dims.slice(2),
            strides,
            auto_pad: autoPad(String(config.padding)),
            ...(depthwise ? { group: first.channels } : {}),
          },
        );
        values.set(layer.name, { name: output, channels: kernel.dims[0]! });
        break;
      }
      case 'BatchNormalization':
      case 'Dropout':
        values.set(layer.name, first);
        break;
      case 'ReLU': {
        const limits = config.max_value === null ? null : Number(config.max_value);
        const zero = graph.floats('zero', new Float32Array([0]), []);
        const output =
          limits === null
            ? graph.node('Relu', [first.name])
            : graph.node('Clip', [first.name, zero, graph.floats(`max${limits}`, new Float32Array([limits]), [])]);
        values.set(layer.name, { ...first, name: output });
        break;
      }
      case 'Add': {
        if (from.length !== 2) throw new ConversionError(`${layer.name}: a sum of two is converted`);
        values.set(layer.name, {
          ...first,
          name: graph.node(
            'Add',
            from.map((value) => value.name),
          ),
        });
        break;
      }
      case 'AveragePooling2D':
        values.set(layer.name, {
          ...first,
          name: graph.node('AveragePool', [first.name], {
            kernel_shape: config.pool_size as number[],
            strides: config.strides as number[],
            auto_pad: autoPad(String(config.padding)),
          }),
        });
        break;
      case 'Flatten':
        values.set(layer.name, { ...first, name: graph.node('Flatten', [first.name], { axis: 1 }) });
        break;
      case 'Dense': {
        const kernel = weights.get(`${layer.name}/kernel`);
        const [rows, columns] = (kernel?.shape ?? []) as [number, number];
        // Flattened channels of an n×n map would need another order of rows; a 1×1 map does not.
        if (rows !== first.channels) throw new ConversionError(`${layer.name}: the map before it is not 1×1`);
        const sum = graph.node('Gemm', [
          first.name,
          graph.floats(`${layer.name}/kernel`, weight(`${layer.name}/kernel`), [rows, columns]),
          graph.floats(`${layer.name}/bias`, weight(`${layer.name}/bias`), [columns]),
        ]);
        const activation = String(config.activation);
        if (activation !== 'relu' && activation !== 'softmax')
          throw new ConversionError(`${layer.name}: activation ${activation} is not converted`);
        const output = activation === 'relu' ? graph.node('Relu', [sum]) : graph.node('Softmax', [sum], { axis: 1 });
        values.set(layer.name, { name: output, channels: columns });
        break;
      }
      default:
        throw new ConversionError(`a layer of class ${layer.class_name} is not converted`);
    }
  }
  if (!input) throw new ConversionError('the model has no input');
  const outputs = options.outputs.map(({ layer, as, dims }) => {
    const value = values.get(layer);
    if (!value) throw new ConversionError(`there is no layer ${layer}`);
    return { name: value.name, as, dims };
  });
  return graph.finish(input, outputs);
}

/** γ/√(σ² + ε) and β − μ·γ/√(σ² + ε): what a batch normalisation does to each channel once trained. */
function normalisationOf(
  layer: string,
  epsilon: number,
  weight: (name: string) => Float32Array,
): { scale: Float32Array; shift: Float32Array } {
  const gamma = weight(`${layer}/gamma`);
  const beta = weight(`${layer}/beta`);
  const mean = weight(`${layer}/moving_mean`);
  const variance = weight(`${layer}/moving_variance`);
  const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + epsilon));
  return { scale, shift: beta.map((value, channel) => value - mean[channel]! * scale[channel]!) };
}
