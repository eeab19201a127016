import {
  type Example,
  fitTemperature,
  type LinearModel,
  logits,
  softmax,
  type TrainingOptions,
  trainLogisticRegression,
} from './logistic-regression.js';

/** How a probe does on examples it has not been trained on. */
export interface ProbeScore {
  examples: number;
  /** Share whose best guess is right. */
  accuracy: number;
  /** The same for each label. */
  byLabel: Record<string, number>;
  /** Share that is answered at all: its probability is not under the threshold. */
  answered: number;
  /** Share of the answered that is right. */
  accuracyOfAnswered: number;
  /** Expected calibration error in ten bins: how far probabilities are from shares. */
  calibrationError: number;
}

export function scoreProbe(
  model: LinearModel,
  examples: readonly Example[],
  { temperature, threshold }: { temperature: number; threshold: number },
): ProbeScore {
  const outcomes = examples.map(({ features, label }) => outcome(softmax(logits(model, features), temperature), label));
  return summary(model.labels, outcomes, threshold);
}

/** k-fold cross-validation: each example is judged once, by a model that was trained without it. Deterministic. */
export function crossValidate(
  labels: readonly string[],
  examples: readonly Example[],
  folds: number,
  threshold: number,
  options?: TrainingOptions,
): { score: ProbeScore; temperature: number } {
  const seen = labels.map(() => 0);
  // Every label is dealt out evenly.
  const fold = examples.map(({ label }) => seen[label]!++ % folds);
  const outputs = Array.from({ length: folds }, (_, left) => {
    const model = trainLogisticRegression(
      labels,
      examples.filter((_example, i) => fold[i] !== left),
      options,
    );
    return examples
      .filter((_example, i) => fold[i] === left)
      .map(({ features, label }) => ({ logits: logits(model, features), label }));
  }).flat();
  const temperature = fitTemperature(outputs);
  const outcomes = outputs.map((output) => outcome(softmax(output.logits, temperature), output.label));
  return { score: summary(labels, outcomes, threshold), temperature };
}

interface Outcome {
  label: number;
  guess: number;
  probability: number;
}

function outcome(probabilities: Float64Array, label: number): Outcome {
  const probability = Math.max(...probabilities);
  return { label, guess: probabilities.indexOf(probability), probability };
}

function summary(labels: readonly string[], outcomes: readonly Outcome[], threshold: number): ProbeScore {
  const share = (part: readonly Outcome[], whole: readonly Outcome[]) =>
    whole.length ? part.length / whole.length : 0;
  const right = (list: readonly Outcome[]) => list.filter(({ label, guess }) => label === guess);
  const answered = outcomes.filter(({ probability }) => probability >= threshold);
  let calibrationError = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inBin = outcomes.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === bin);
    if (inBin.length === 0) continue;
    const mean = inBin.reduce((sum, { probability }) => sum + probability, 0) / inBin.length;
    calibrationError += (inBin.length / outcomes.length) * Math.abs(mean - share(right(inBin), inBin));
  }
  return {
    examples: outcomes.length,
    accuracy: share(right(outcomes), outcomes),
    byLabel: Object.fromEntries(
      labels.map((name, k) => {
        const own = outcomes.filter(({ label }) => label === k);
        return [name, share(right(own), own)];
      }),
    ),
    answered: share(answered, outcomes),
    accuracyOfAnswered: share(right(answered), answered),
    calibrationError,
  };
}
