import { type Example, generator, type LearningOptions, learn, mistyped } from '../../learning/learn.js';
import { LinearModel } from '../../learning/linear-model.js';
import type { Back } from '../../types.js';
import { readUtterance } from '../../utterance/utterance.js';
import { inBackWords } from '../back.js';
import { backFeatures } from '../features.js';
import { BACKS } from '../labels.js';

export interface BackPhrase {
  text: string;
  expected: Back;
}

const OPTIONS: LearningOptions = { epochs: 12, rate: 0.3, penalty: 1e-6, seed: 7 };
const NOISE_WEIGHT = 0.3;

const featuresOf = (text: string): number[] => backFeatures(inBackWords(readUtterance(text)));

function examplesOf(phrases: readonly BackPhrase[]): Example<Back>[] {
  const random = generator(OPTIONS.seed);
  return phrases.flatMap(({ text, expected }): Example<Back>[] => {
    const own: Example<Back> = { features: featuresOf(text), label: expected, weight: expected === 'none' ? 1 : 2 };
    if (text.length < 8) return [own];
    return [own, { features: featuresOf(mistyped(text, random)), label: expected, weight: NOISE_WEIGHT }];
  });
}

/** Learns from all phrases. */
export const trainBack = (phrases: readonly BackPhrase[]): Float32Array => learn(examplesOf(phrases), BACKS, OPTIONS);

/** Accuracy of the model alone over phrases it did not see, and the share of `none` it takes for something else. */
export function crossValidateBack(phrases: readonly BackPhrase[], folds: number): { right: number; captured: number } {
  let right = 0;
  let none = 0;
  let captured = 0;
  for (let fold = 0; fold < folds; fold++) {
    const model = new LinearModel(BACKS, trainBack(phrases.filter((_, i) => i % folds !== fold)), 1);
    for (const [i, { text, expected }] of phrases.entries()) {
      if (i % folds !== fold) continue;
      const { label } = model.judge(featuresOf(text));
      if (label === expected) right++;
      if (expected === 'none') none++;
      if (expected === 'none' && label !== 'none') captured++;
    }
  }
  return { right: right / phrases.length, captured: captured / none };
}
