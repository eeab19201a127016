import { type Example, generator, type LearningOptions, learn, mistyped } from '../../learning/learn.js';
import { LinearModel } from '../../learning/linear-model.js';
import { inCyrillic } from '../../transliteration/in-cyrillic.js';
import type { Back } from '../../types.js';
import { readUtterance } from '../../utterance/utterance.js';
import { inBackWords, seen } from '../back.js';
import { backFeatures } from '../features.js';
import { BACKS } from '../labels.js';

export interface BackPhrase {
  text: string;
  expected: Back;
  /** Phrases made for other readers weigh less than those made to tell steps back. */
  weight?: number;
  /** The set the phrase stands in: one author on one day. Phrases without are learnt from but not judged. */
  round?: string;
}

const OPTIONS: LearningOptions = { epochs: 12, rate: 0.3, penalty: 1e-5, seed: 7 };
const NOISE_WEIGHT = 0.3;
/** Steps back and corrections are the fewer, and seeing none of them is the likelier error. */
const SEEN_WEIGHT = 2;

const featuresOf = (text: string): number[] => backFeatures(inBackWords(readUtterance(inCyrillic(text)?.text ?? text)));

function examplesOf(phrases: readonly BackPhrase[]): Example<Back>[] {
  const random = generator(OPTIONS.seed);
  return phrases.flatMap(({ text, expected, weight = 1 }): Example<Back>[] => {
    const own: Example<Back> = {
      features: featuresOf(text),
      label: expected,
      weight: weight * (expected === 'none' ? 1 : SEEN_WEIGHT),
    };
    if (text.length < 8) return [own];
    return [own, { features: featuresOf(mistyped(text, random)), label: expected, weight: weight * NOISE_WEIGHT }];
  });
}

/** Learns from all phrases. */
export const trainBack = (phrases: readonly BackPhrase[]): Float32Array => learn(examplesOf(phrases), BACKS, OPTIONS);

/** Accuracy of the model alone, and the share of `none` it takes for something else. */
export interface SeeingResult {
  certainty: number;
  right: number;
  captured: number;
}

/** Every round of phrases judged by a model that learnt from the other rounds, at several certainties (see `seen`). */
export function crossValidateBack(phrases: readonly BackPhrase[]): SeeingResult[] {
  const rounds = new Set(phrases.flatMap(({ round }) => round ?? []));
  const judged = [...rounds].flatMap((held) => {
    const model = new LinearModel(BACKS, trainBack(phrases.filter(({ round }) => round !== held)), 1);
    return phrases
      .filter(({ round }) => round === held)
      .map(({ text, expected }) => ({ expected, model, features: featuresOf(text) }));
  });
  const none = judged.filter(({ expected }) => expected === 'none').length;
  return [0.15, 0.2, 0.25, 0.3, 0.4, 0.5].map((certainty) => {
    const read = judged.map(({ expected, model, features }) => ({
      expected,
      actual: seen(model, features, certainty),
    }));
    const right = read.filter(({ expected, actual }) => actual === expected).length;
    const captured = read.filter(({ expected, actual }) => expected === 'none' && actual !== 'none').length;
    return { certainty, right: right / read.length, captured: captured / none };
  });
}
