import { type Example, generator, type LearningOptions, learn, mistyped } from '../../learning/learn.js';
import { LinearModel } from '../../learning/linear-model.js';
import { inCyrillic } from '../../transliteration/in-cyrillic.js';
import type { Agreement } from '../../types.js';
import { agreementByLexicon, answering, readAgreement } from '../agreement.js';
import { answerFeatures } from '../features.js';
import { AGREEMENTS } from '../labels.js';

export interface AgreementPhrase {
  text: string;
  expected: Agreement;
  /** Phrases made for other readers weigh less than those made to tell answers. */
  weight?: number;
  /** The set the phrase stands in: one author on one day. Phrases without are learnt from but not judged. */
  round?: string;
}

const OPTIONS: LearningOptions = { epochs: 12, rate: 0.3, penalty: 1e-5, seed: 7 };
const NOISE_WEIGHT = 0.3;
/** A shorter phrase with a letter lost is often another word. */
const SHORTEST_MISTYPED = 6;

const written = (text: string): string => inCyrillic(text)?.text ?? text;

function featuresOf(text: string): number[] {
  const { utterance, items } = answering(written(text));
  return answerFeatures(utterance, items);
}

function examplesOf(phrases: readonly AgreementPhrase[]): Example<Agreement>[] {
  const random = generator(OPTIONS.seed);
  return phrases.flatMap(({ text, expected, weight = 1 }): Example<Agreement>[] => {
    const own: Example<Agreement> = { features: featuresOf(text), label: expected, weight };
    if (text.length < SHORTEST_MISTYPED) return [own];
    return [own, { features: featuresOf(mistyped(text, random)), label: expected, weight: weight * NOISE_WEIGHT }];
  });
}

/** Learns from all phrases. */
export const trainAgreement = (phrases: readonly AgreementPhrase[]): Float32Array =>
  learn(examplesOf(phrases), AGREEMENTS, OPTIONS);

/** How the reading does beside a model that never saw the round, at one certainty. */
export interface AnsweringResult {
  certainty: number;
  right: number;
  swaps: number;
  /** Share of `unclear` read as an answer. */
  captured: number;
}

/** Every round of phrases read beside a model that learnt from the other rounds. The lexicon knows all but the newest of them. */
export function crossValidateAgreement(phrases: readonly AgreementPhrase[]): AnsweringResult[] {
  const rounds = new Set(phrases.flatMap(({ round }) => round ?? []));
  const judged = [...rounds].flatMap((held) => {
    const model = new LinearModel(AGREEMENTS, trainAgreement(phrases.filter(({ round }) => round !== held)), 1);
    return phrases.filter(({ round }) => round === held).map((phrase) => ({ ...phrase, model }));
  });
  const unclear = judged.filter(({ expected }) => expected === 'unclear').length;
  return [0.5, 0.6, 0.7, 0.8, 0.9].map((certainty) => {
    const read = judged.map(({ text, expected, model }) => ({
      expected,
      actual: readAgreement(written(text), { model, certainty }),
    }));
    const wrong = read.filter(({ expected, actual }) => expected !== actual);
    return {
      certainty,
      right: 1 - wrong.length / read.length,
      swaps: wrong.filter(({ expected, actual }) => expected !== 'unclear' && actual !== 'unclear').length,
      captured: wrong.filter(({ expected }) => expected === 'unclear').length / unclear,
    };
  });
}

/** Whether the lexicon leaves a message open: what stands in sets of other readers and looks like an answer teaches nothing. */
export const isOpen = (text: string): boolean => agreementByLexicon(answering(written(text))) === 'unclear';
