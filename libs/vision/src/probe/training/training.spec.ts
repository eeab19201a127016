import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { crossValidate, scoreProbe } from './evaluation.js';
import { MIN_LABELS_PER_CLASS, TooFewLabelsError, trainOnLabels } from './label-training.js';
import { type Example, fitTemperature, logits, softmax, trainLogisticRegression } from './logistic-regression.js';

const LABELS = ['shell', 'partial', 'ready'];
const SIZE = 12;

/** Clouds of points around a corner of its own for each label. */
function clouds(count: number, spread: number, seed: number): Example[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count * LABELS.length }, (_, i) => {
    const label = i % LABELS.length;
    const features = Float32Array.from(
      { length: SIZE },
      (_value, axis) => (axis % LABELS.length === label ? 1 : 0) + spread * (random.next() + random.next() - 1),
    );
    return { features, label };
  });
}

describe('trainLogisticRegression', () => {
  it('tells clouds apart that it has not seen', () => {
    const model = trainLogisticRegression(LABELS, clouds(60, 1.2, 1));
    const score = scoreProbe(model, clouds(60, 1.2, 2), { temperature: 1, threshold: 0.5 });
    expect(score.accuracy).toBeGreaterThan(0.95);
    expect(score.examples).toBe(180);
  });

  it('learns nothing from labels without any connection', () => {
    const random = new SeededRandom(3);
    const shuffled = clouds(60, 1, 4).map(({ features }) => ({ features, label: random.whole(0, 2) }));
    expect(crossValidate(LABELS, shuffled, 5, 0.75).score.accuracy).toBeLessThan(0.5);
  });

  it('weighs classes the same however many examples they have', () => {
    const few = clouds(60, 1.5, 5).filter(({ label }, i) => label !== 0 || i % 10 === 0);
    const score = scoreProbe(trainLogisticRegression(LABELS, few), clouds(60, 1.5, 6), {
      temperature: 1,
      threshold: 0.5,
    });
    expect(score.byLabel.shell).toBeGreaterThan(0.85);
  });

  it('is the same each time, and one example moves a prior little', () => {
    const examples = clouds(20, 1, 7);
    const model = trainLogisticRegression(LABELS, examples);
    expect(trainLogisticRegression(LABELS, examples)).toEqual(model);
    const moved = trainLogisticRegression(LABELS, clouds(2, 1, 8), { prior: model, penalty: 100 });
    const distance = Math.max(
      ...moved.weights.flatMap((row, k) => Array.from(row, (value, i) => Math.abs(value - model.weights[k]![i]!))),
    );
    expect(distance).toBeLessThan(0.05);
  });
});

describe('calibration', () => {
  it('cools guesses that are surer than right', () => {
    const random = new SeededRandom(9);
    // Always 98 % sure, right in 7 of 10 cases.
    const outputs = Array.from({ length: 400 }, () => ({
      logits: Float64Array.from([4, 0, 0]),
      label: random.chance(0.7) ? 0 : 1,
    }));
    const temperature = fitTemperature(outputs);
    expect(temperature).toBeGreaterThan(1.5);
    expect(softmax(outputs[0]!.logits, temperature)[0]).toBeCloseTo(0.7, 1);
  });

  it('never makes guesses surer', () => {
    expect(fitTemperature([{ logits: Float64Array.from([0.5, 0]), label: 0 }])).toBe(1);
  });

  it('gives probabilities that sum to one for any logits', () => {
    const sum = softmax(Float64Array.from([1_000, -1_000, 0])).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1);
    expect(
      Array.from(
        logits({ labels: ['a'], weights: [Float64Array.from([2, 3])], bias: Float64Array.from([1]) }, [10, 100]),
      ),
    ).toEqual([321]);
  });
});

describe('trainOnLabels', () => {
  const backbone = 'backbone@0123456789ab';

  it('refuses fewer labels than a figure can be drawn from, and counts them', () => {
    const few = clouds(MIN_LABELS_PER_CLASS - 1, 1, 10);
    expect(() => trainOnLabels(LABELS, few, { backbone, set: 'fit-out' })).toThrow(TooFewLabelsError);
    expect(() => trainOnLabels(LABELS, few, { backbone, set: 'fit-out' })).toThrow(/shell 29, partial 29, ready 29/);
  });

  it('trains and tells what cross-validation says, never the figure of what it was trained on', () => {
    const noisy = clouds(MIN_LABELS_PER_CLASS, 3.5, 11);
    const probe = trainOnLabels(LABELS, noisy, { backbone, set: 'fit-out' });
    expect(probe.provenance.heldOut.examples).toBe(noisy.length);
    const own = scoreProbe(
      {
        labels: probe.labels,
        weights: probe.weights.map((row) => Float64Array.from(row)),
        bias: Float64Array.from(probe.bias),
      },
      noisy,
      { temperature: 1, threshold: 0.75 },
    );
    expect(probe.provenance.heldOut.accuracy).toBeLessThan(own.accuracy);
    expect(probe).toMatchObject({ backbone, labels: LABELS, threshold: 0.75 });
  });

  it('starts from the probe before only when it is of the same backbone and labels', () => {
    const prior = trainOnLabels(LABELS, clouds(40, 1, 12), { backbone, set: 'fit-out' });
    const again = (before: typeof prior) =>
      trainOnLabels(LABELS, clouds(40, 1, 13), { backbone, set: 'fit-out', prior: before }).provenance.data;
    expect(again(prior)).toContain('starting from the probe before');
    expect(again({ ...prior, backbone: 'other@000000000000' })).not.toContain('starting');
  });
});
