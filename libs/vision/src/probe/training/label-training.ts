import { linearModelOf, numbersOf, type ProbeFile } from '../probe-file.js';
import { crossValidate } from './evaluation.js';
import { type Example, trainLogisticRegression } from './logistic-regression.js';
import { DEFAULT_THRESHOLD } from './synthetic-training.js';

/** Labels of one class below which a probe is not trained: its held-out figure would be chance. */
export const MIN_LABELS_PER_CLASS = 30;
const FOLDS = 5;

/** There are too few labels of some class. */
export class TooFewLabelsError extends Error {
  override readonly name = 'TooFewLabelsError';
  readonly code = 'vision.too_few_labels';

  constructor(readonly counts: Readonly<Record<string, number>>) {
    const list = Object.entries(counts).map(([label, count]) => `${label} ${count}`);
    super(`at least ${MIN_LABELS_PER_CLASS} labels of each class are needed; there are: ${list.join(', ')}`);
  }
}

/**
 * Trains a probe from people's labels, pulled towards an earlier probe of the same labels and backbone when there is one, and
 * reports what 5-fold cross-validation says. Throws TooFewLabelsError.
 */
export function trainOnLabels(
  labels: readonly string[],
  examples: readonly Example[],
  { backbone, prior, set }: { backbone: string; prior?: ProbeFile; set: string },
): ProbeFile {
  const counts = Object.fromEntries(
    labels.map((name, k) => [name, examples.filter(({ label }) => label === k).length]),
  );
  if (Object.values(counts).some((count) => count < MIN_LABELS_PER_CLASS)) throw new TooFewLabelsError(counts);
  const usable = prior && prior.backbone === backbone && prior.labels.join() === labels.join();
  const options = usable ? { prior: linearModelOf(prior) } : {};
  const { score, temperature } = crossValidate(labels, examples, FOLDS, DEFAULT_THRESHOLD, options);
  return {
    ...numbersOf(trainLogisticRegression(labels, examples, options)),
    backbone,
    temperature,
    threshold: DEFAULT_THRESHOLD,
    provenance: {
      script: `npm run vision:train -- --labels ${set}`,
      data: `labels of clients and managers (${Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')})${usable ? ', starting from the probe before' : ''}; tested by ${FOLDS}-fold cross-validation`,
      examples: examples.length,
      heldOut: score,
    },
  };
}
