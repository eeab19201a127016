import { TRAINING_DOCUMENTS } from './training-documents.js';
import { TRAINING_OTHERS } from './training-others.js';
import { TRAINING_PLANS } from './training-plans.js';

/**
 * Pictures the probe is trained on. The held-out sets are drawn by other generators (held-out-pictures.ts, blind-pictures.ts)
 * with other shapes, layouts, colours and words, so that their scores say something about pictures the probe has not been made
 * for. Paper, ink and fills are drawn from a wide range on purpose: the probe must not learn that a plan is black on white.
 */
export const TRAINING_PICTURES = {
  plan: TRAINING_PLANS,
  document: TRAINING_DOCUMENTS,
  other: TRAINING_OTHERS,
} as const;
