import path from 'node:path';
import { LinearModel } from '../learning/linear-model.js';
import type { Intent } from '../types.js';
import { readUtterance, type Utterance } from '../utterance/utterance.js';
import { type IntentEvidence, intentFeatures } from './features.js';
import { INTENTS } from './labels.js';
import { asRussian, commandIntent, intentByRules } from './rules.js';
import { isGreeting } from './wordings/menu.js';

const model = LinearModel.shipped(path.join(import.meta.dirname, 'intent-model.json'), INTENTS);
/** An opinion below this names no scenario: a wrong one costs a client more than a clarifying question. */
const CERTAINTY = 0.6;
/** What it takes to overrule a wording the rules know: less for «nothing of ours» than for another scenario. */
const OVERRULING_CERTAINTY = 0.6;
const DISMISSING_CERTAINTY = 0.5;
/** What it takes to throw the client's answers away, or to pass over what he told. */
const STRONG_CERTAINTY = 0.85;
/** A long message holds many words of no scenario; they do not outweigh the request in it. */
const SHORT = 10;

/**
 * Names the scenario a message asks for; anything off the subject or without a request is `other`.
 * Commands, greetings and messages without a word are decided by rule; the rest by the linear model, to which the verdict of
 * the rules is one more feature.
 */
export function readIntent(input: string | Utterance, evidence: IntentEvidence = {}): Intent {
  const original = typeof input === 'string' ? readUtterance(input) : input;
  const command = commandIntent(original.text);
  if (command) return command;
  const utterance = asRussian(original);
  if (isGreeting(utterance)) return 'menu';
  if (!/[a-zа-я]/.test(utterance.flat)) return evidence.phone ? 'contact' : 'other';
  const byRules = intentByRules(utterance, evidence);
  const { label: intent, probability } = model.judge(intentFeatures(utterance, evidence, byRules));
  const fallback = byRules === 'foreign' ? 'other' : byRules;
  if (fallback !== 'other' && intent === 'other' && utterance.words.length > SHORT) return fallback;
  return probability < certaintyNeeded(intent, fallback, evidence) ? fallback : intent;
}

/** A message that gives so many of kind, place, area, budget and deal is hardly about anything else. */
const TELLING_SLOTS = 3;

function certaintyNeeded(intent: Intent, byRules: Intent, { searchSlots = 0 }: IntentEvidence): number {
  if (intent === 'restart') return STRONG_CERTAINTY;
  if (byRules === 'other') return CERTAINTY;
  if (byRules === 'search' && searchSlots >= TELLING_SLOTS) return STRONG_CERTAINTY;
  return intent === 'other' ? DISMISSING_CERTAINTY : OVERRULING_CERTAINTY;
}
