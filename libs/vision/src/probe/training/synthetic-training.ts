import { IMAGE_KINDS } from '../../analysis.js';
import { numbersOf, type ProbeFile } from '../probe-file.js';
import { crossValidate, scoreProbe } from './evaluation.js';
import type { FeatureReader } from './feature-reader.js';
import { type Example, trainLogisticRegression } from './logistic-regression.js';
import { type PictureSetName, PictureSources, pictureSet } from './picture-set.js';

/** Under this calibrated probability the answer is `unknown`. */
export const DEFAULT_THRESHOLD = 0.75;

/**
 * Trains the probe of kinds on generated plans, documents and others and on photographs of `folder`, calibrates it by
 * cross-validation, and tests it on another generator and other scenes. The score says how it does on synthetic pictures.
 */
export async function trainOnSynthetic(
  reader: FeatureReader,
  folder: string,
  {
    trainCount,
    testCount,
    testSet,
    seed,
    licences,
    log,
  }: {
    trainCount: number;
    testCount: number;
    testSet: 'development' | 'blind';
    seed: number;
    /** How many pictures of each licence the folder has. */
    licences: Record<string, number>;
    log: (message: string) => void;
  },
): Promise<{ probe: ProbeFile; mistakes: string[] }> {
  const sources = PictureSources.in(folder);
  const read = async (set: PictureSetName, count: number, from: number) => {
    const examples: (Example & { origin: string })[] = [];
    for await (const { label, jpeg, origin } of pictureSet(set, sources, count, from)) {
      examples.push({ features: await reader.features(jpeg), label: IMAGE_KINDS.indexOf(label), origin });
      if (examples.length % 200 === 0) log(`${set}: ${examples.length} pictures`);
    }
    return examples;
  };
  const train = await read('train', trainCount, seed);
  const test = await read(testSet, testCount, seed + 1);
  log('training');
  const { score: ownScore, temperature } = crossValidate(IMAGE_KINDS, train, 3, DEFAULT_THRESHOLD);
  log(
    `cross-validated on the training generator: ${(100 * ownScore.accuracy).toFixed(1)} %, temperature ${temperature}`,
  );
  const model = trainLogisticRegression(IMAGE_KINDS, train);
  const heldOut = scoreProbe(model, test, { temperature, threshold: DEFAULT_THRESHOLD });
  const mistakes = test
    .filter((example) => scoreProbe(model, [example], { temperature, threshold: 0 }).accuracy === 0)
    .map(({ label, origin }) => `${IMAGE_KINDS[label]}: ${origin}`);
  return {
    mistakes,
    probe: {
      ...numbersOf(model),
      backbone: reader.version,
      temperature,
      threshold: DEFAULT_THRESHOLD,
      provenance: {
        script: 'npm run vision:train -- --synthetic',
        data: 'synthetic: generated plans, documents and others, photographs of packages; tested on another generator and other scenes',
        examples: train.length,
        seed,
        sources: licences,
        heldOut,
      },
    },
  };
}
