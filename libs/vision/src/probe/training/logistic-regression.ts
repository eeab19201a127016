/** A linear classifier: `logit[k] = bias[k] + Σ weights[k][i] · feature[i]`. */
export interface LinearModel {
  labels: string[];
  weights: Float64Array[];
  bias: Float64Array;
}

/** One example: features and the index of its label. */
export interface Example {
  features: Float32Array;
  label: number;
}

export interface TrainingOptions {
  /** Strength of the penalty λ/2 · ‖W − W₀‖² on standardised features. */
  penalty?: number;
  iterations?: number;
  /** W₀: where weights are pulled to; zero when absent. Few examples then move a trained model a little. */
  prior?: LinearModel;
}

/**
 * Multinomial logistic regression by full-batch gradient descent with Nesterov's momentum; features are standardised inside and
 * the result is given back for the raw ones. Classes weigh the same however many examples they have. Deterministic.
 */
export function trainLogisticRegression(
  labels: readonly string[],
  examples: readonly Example[],
  { penalty = 0.01, iterations = 300, prior }: TrainingOptions = {},
): LinearModel {
  const size = examples[0]?.features.length ?? 0;
  const { mean, deviation } = standardisation(examples, size);
  const rows = examples.map(({ features }) => features.map((value, i) => (value - mean[i]!) / deviation[i]!));
  const classSizes = labels.map((_, k) => examples.filter(({ label }) => label === k).length);
  const shares = examples.map(({ label }) => 1 / (labels.length * classSizes[label]!));
  const start = prior ? standardised(prior, mean, deviation) : emptyModel(labels, size);
  const model = copyOf(start);
  const velocity = emptyModel(labels, size);
  // The loss curves at most as ½ · E‖x‖² for softmax, and standardised features have ‖x‖² ≈ size.
  const rate = 1 / (0.5 * size + penalty);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const momentum = iteration / (iteration + 3);
    const ahead = combine(model, velocity, momentum);
    const gradient = emptyModel(labels, size);
    for (const [index, row] of rows.entries()) {
      const probabilities = softmax(logits(ahead, row));
      for (let k = 0; k < labels.length; k++) {
        const error = shares[index]! * (probabilities[k]! - (examples[index]!.label === k ? 1 : 0));
        const target = gradient.weights[k]!;
        for (let i = 0; i < size; i++) target[i]! += error * row[i]!;
        gradient.bias[k]! += error;
      }
    }
    for (let k = 0; k < labels.length; k++) {
      for (let i = 0; i < size; i++) {
        const pull = penalty * (ahead.weights[k]![i]! - start.weights[k]![i]!);
        const next = ahead.weights[k]![i]! - rate * (gradient.weights[k]![i]! + pull);
        velocity.weights[k]![i] = next - model.weights[k]![i]!;
        model.weights[k]![i] = next;
      }
      const next = ahead.bias[k]! - rate * gradient.bias[k]!;
      velocity.bias[k] = next - model.bias[k]!;
      model.bias[k] = next;
    }
  }
  return forRawFeatures(model, mean, deviation);
}

/** Logits of one example. */
export function logits(model: LinearModel, features: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(model.bias);
  for (const [k, weights] of model.weights.entries()) {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * features[i]!;
    result[k]! += sum;
  }
  return result;
}

/** Probabilities of logits divided by a temperature; they sum to 1. */
export function softmax(values: Float64Array, temperature = 1): Float64Array {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp((value - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * The temperature (at least 1: never surer than trained) under which the probabilities of examples the model has not seen are
 * likeliest. Guo et al., "On Calibration of Modern Neural Networks", 2017.
 */
export function fitTemperature(outputs: readonly { logits: Float64Array; label: number }[]): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let temperature = 1; temperature <= 20; temperature *= 1.02) {
    let loss = 0;
    for (const { logits: values, label } of outputs)
      loss -= Math.log(Math.max(1e-12, softmax(values, temperature)[label]!));
    if (loss < best.loss) best = { temperature, loss };
  }
  return Math.round(best.temperature * 1000) / 1000;
}

function standardisation(examples: readonly Example[], size: number): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  for (const { features } of examples) for (let i = 0; i < size; i++) mean[i]! += features[i]! / examples.length;
  for (const { features } of examples)
    for (let i = 0; i < size; i++) deviation[i]! += (features[i]! - mean[i]!) ** 2 / examples.length;
  // A feature that hardly moves says nothing; the floor keeps it from being blown up.
  return { mean, deviation: deviation.map((value) => Math.max(Math.sqrt(value), 0.05)) };
}

const emptyModel = (labels: readonly string[], size: number): LinearModel => ({
  labels: [...labels],
  weights: labels.map(() => new Float64Array(size)),
  bias: new Float64Array(labels.length),
});

const copyOf = (model: LinearModel): LinearModel => ({
  labels: [...model.labels],
  weights: model.weights.map((row) => Float64Array.from(row)),
  bias: Float64Array.from(model.bias),
});

function combine(model: LinearModel, velocity: LinearModel, momentum: number): LinearModel {
  return {
    labels: model.labels,
    weights: model.weights.map((row, k) => row.map((value, i) => value + momentum * velocity.weights[k]![i]!)),
    bias: model.bias.map((value, k) => value + momentum * velocity.bias[k]!),
  };
}

function standardised(model: LinearModel, mean: Float64Array, deviation: Float64Array): LinearModel {
  return {
    labels: model.labels,
    weights: model.weights.map((row) => row.map((value, i) => value * deviation[i]!)),
    bias: model.bias.map(
      (value, k) => value + model.weights[k]!.reduce((sum, weight, i) => sum + weight * mean[i]!, 0),
    ),
  };
}

function forRawFeatures(model: LinearModel, mean: Float64Array, deviation: Float64Array): LinearModel {
  const weights = model.weights.map((row) => row.map((value, i) => value / deviation[i]!));
  const bias = model.bias.map((value, k) => value - weights[k]!.reduce((sum, weight, i) => sum + weight * mean[i]!, 0));
  return { labels: model.labels, weights, bias };
}
