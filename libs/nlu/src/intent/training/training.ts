import { type Example, generator, type LearningOptions, learn, mistyped } from '../../learning/learn.js';
import { LinearModel, type Opinion } from '../../learning/linear-model.js';
import type { Intent } from '../../types.js';
import { evidenceIn } from '../../understand.js';
import { readUtterance } from '../../utterance/utterance.js';
import { intentFeatures } from '../features.js';
import { INTENTS } from '../labels.js';
import { asRussian, intentByRules } from '../rules.js';

/** A phrase of the training file or of an evaluation set. */
export interface TrainingPhrase {
  text: string;
  expected: Intent;
  /** The rules were written with this phrase in sight, so their verdict on it teaches nothing about their worth. */
  knownToRules?: boolean;
}

const OPTIONS: LearningOptions = { epochs: 12, rate: 0.25, penalty: 1e-6, seed: 7 };
/** Reading small talk as a request is the dearer error. */
const OTHER_WEIGHT = 2;
const NOISE_WEIGHT = 0.5;

function featuresOf(text: string, knownToRules = false): number[] {
  const utterance = asRussian(readUtterance(text));
  const evidence = evidenceIn(text);
  return intentFeatures(utterance, evidence, knownToRules ? 'none' : intentByRules(utterance, evidence));
}

function examplesOf(phrases: readonly TrainingPhrase[]): Example<Intent>[] {
  const random = generator(OPTIONS.seed);
  return phrases.flatMap(({ text, expected, knownToRules }) => {
    const weight = expected === 'other' ? OTHER_WEIGHT : 1;
    const own: Example<Intent> = { features: featuresOf(text, knownToRules), label: expected, weight };
    if (text.length < 8) return [own];
    const noisy = featuresOf(mistyped(text, random), knownToRules);
    return [own, { features: noisy, label: expected, weight: weight * NOISE_WEIGHT }];
  });
}

/** Learns from all phrases. */
export const train = (phrases: readonly TrainingPhrase[]): Float32Array => learn(examplesOf(phrases), INTENTS, OPTIONS);

/** Accuracy when an opinion below `threshold` counts as `other`, and the share of `other` read as something else. */
export interface ThresholdResult {
  threshold: number;
  right: number;
  captured: number;
}

/** Every phrase the rules were not written by, judged by a model that did not see it, nor its noisy copy. */
export function crossValidate(phrases: readonly TrainingPhrase[], folds: number): ThresholdResult[] {
  const judged: { expected: Intent; opinion: Opinion<Intent> }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const model = new LinearModel(INTENTS, train(phrases.filter((_, i) => i % folds !== fold)), 1);
    for (const [i, { text, expected, knownToRules }] of phrases.entries())
      if (i % folds === fold && !knownToRules) judged.push({ expected, opinion: model.judge(featuresOf(text)) });
  }
  const others = judged.filter(({ expected }) => expected === 'other').length;
  return [0, 0.3, 0.4, 0.5, 0.6, 0.7].map((threshold) => {
    const read = ({ label, probability }: Opinion<Intent>): Intent => (probability < threshold ? 'other' : label);
    const right = judged.filter(({ expected, opinion }) => read(opinion) === expected).length;
    const lost = judged.filter(({ expected, opinion }) => expected === 'other' && read(opinion) !== 'other').length;
    return { threshold, right: right / judged.length, captured: lost / others };
  });
}
