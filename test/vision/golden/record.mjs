// Records what the original runtime (TensorFlow.js, CPU back-end) answers for pictures made by formula, so that the converted
// models can be compared with it in tests without installing it (120 MB):
//   npm install --prefix DIR @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//   node test/vision/golden/record.mjs DIR
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { picture } from './picture.mjs';

const runtime = process.argv[2];
if (!runtime) {
  console.error('usage: node test/vision/golden/record.mjs DIR_WITH_TFJS');
  process.exit(2);
}
const there = createRequire(path.resolve(runtime, 'package.json'));
const here = createRequire(import.meta.url);
const tf = there('@tensorflow/tfjs-core');
there('@tensorflow/tfjs-backend-cpu');
const { loadGraphModel } = there('@tensorflow/tfjs-converter');
const { loadLayersModel, model: layersModel } = there('@tensorflow/tfjs-layers');
await tf.setBackend('cpu');

const artifacts = (model, bytes) => ({
  load: async () => ({
    format: model.format,
    modelTopology: model.modelTopology,
    signature: model.signature,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  }),
});
const digits = (values, every = 1) =>
  Array.from(values)
    .filter((_, index) => index % every === 0)
    .map((value) => Number(value.toPrecision(8)));

const nsfw = path.dirname(here.resolve('nsfwjs')).replace(/dist.*/, 'dist/models/mobilenet_v2');
const layers = await loadLayersModel(
  artifacts(here(`${nsfw}/model.min.js`), Buffer.from(here(`${nsfw}/group1-shard1of1.min.js`), 'base64')),
);
const both = layersModel({
  inputs: layers.inputs,
  outputs: [layers.getLayer('flatten_1').output, layers.getLayer('dense_3').output],
});
const human = path.dirname(here.resolve('@vladmandic/human')).replace(/dist.*/, 'models');
const graph = await loadGraphModel(
  artifacts(JSON.parse(readFileSync(`${human}/centernet.json`, 'utf8')), readFileSync(`${human}/centernet.bin`)),
);

const golden = { recordedWith: `TensorFlow.js ${tf.version_core}, CPU back-end`, backbone: [], detector: [] };
for (const seed of [1, 2, 3]) {
  const [features, unsafe] = both.predict(tf.tensor4d(picture(seed, 224, 1), [1, 224, 224, 3]));
  golden.backbone.push({ seed, features: digits(features.dataSync()), unsafe: digits(unsafe.dataSync()) });
}
for (const seed of [1, 2]) {
  const outputs = graph.execute(tf.tensor4d(picture(seed, 512, 255), [1, 512, 512, 3]), [
    'tower_0/detections',
    'tower_0/keypoints',
    'tower_0/wh',
  ]);
  const [detections, heat, sizes] = outputs.map((output) => output.dataSync());
  golden.detector.push({
    seed,
    detections: digits(detections),
    heatEvery: 1009,
    heat: digits(heat, 1009),
    sizesEvery: 101,
    sizes: digits(sizes, 101),
  });
}
writeFileSync(path.join(import.meta.dirname, 'golden.json'), `${JSON.stringify(golden)}\n`);
