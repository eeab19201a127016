import type { Understanding } from '#libs/nlu';
import type { ScenarioName } from '../../node-names.js';
import { answerFromKnowledge, isRequest, isSideQuestion } from '../../side-question.js';
import { isGreeting } from '../../small-talk.js';
import type { Turn } from '../../turn.js';
import { keptForm } from '../kept-form.js';
import type { Scenario, TextStimulus } from '../scenario.js';

const INTENT_TARGETS: Partial<Record<Understanding['intent'], ScenarioName>> = {
  search: 'search',
  value: 'valuation',
  calculate: 'finance',
  about: 'about',
  market: 'market',
  contact: 'contact',
};

/** Roubles, total or per m². */
const LEAST_BUDGET = 100;

/** Facts that only a search has a use for when nothing else was said. */
const SEARCH_FACTS = [
  'deal',
  'kind',
  'stations',
  'districts',
  'areaMin',
  'areaMax',
  'budgetMin',
  'budgetMax',
  'classes',
] as const;

/** Where a text belongs that was written outside every form; undefined = nowhere clear. */
export function targetOf(reading: Understanding): ScenarioName | undefined {
  if (isRequest(reading) && (reading.intent === 'about' || reading.intent === 'market')) return 'search';
  const byIntent = INTENT_TARGETS[reading.intent];
  if (byIntent) return byIntent;
  if (reading.slots.phone) return 'contact';
  if (!isPlausible(reading)) return undefined;
  return SEARCH_FACTS.some((slot) => reading.slots[slot] !== undefined) ? 'search' : undefined;
}

/** «Поставь цену 1 рубль» names no budget that premises have. */
function isPlausible({ slots: { budgetMin, budgetMax } }: Understanding): boolean {
  const stated = budgetMax ?? budgetMin;
  return stated === undefined || stated >= LEAST_BUDGET;
}

/** A text outside every form: it leads somewhere, is a question, or is missed. */
export async function freeText(turn: Turn, stimulus: TextStimulus): Promise<ScenarioName | undefined> {
  const reading = stimulus.reading as Understanding;
  const isAside = isSideQuestion(stimulus.text, reading);
  if (isAside && reading.intent === 'other' && (await answerFromKnowledge(turn, stimulus.text, reading))) {
    turn.state.misses = 0;
    return undefined;
  }
  const target = keptForm(turn, stimulus.text) ?? targetOf(reading);
  if (target && target !== turn.state.scenario && !stimulus.passedBy.includes(target)) return target;
  if (isAside) {
    turn.state.misses = 0;
    turn.say('side.unknown', {});
    return undefined;
  }
  turn.state.misses += 1;
  if (turn.state.misses >= 2) turn.say('dialog.stuck', {});
  else turn.say('dialog.miss', {});
  turn.say('menu.again', {});
  return undefined;
}

export const MENU: Scenario = {
  name: 'menu',
  steps: { choose: ['choose'] },
  firstStep: 'choose',
  open(turn) {
    turn.state.step = 'choose';
    turn.say('menu.again', {});
  },
  async text(turn, stimulus) {
    const isFirst = turn.state.step === null;
    turn.state.step = 'choose';
    const reading = stimulus.reading as Understanding;
    if (isFirst && isGreeting(stimulus.text)) {
      turn.say('menu.greeting', {});
      return undefined;
    }
    if (reading.intent === 'menu') {
      turn.say('menu.again', {});
      return undefined;
    }
    if (
      isFirst &&
      keptForm(turn, stimulus.text) === undefined &&
      targetOf(reading) === undefined &&
      !isSideQuestion(stimulus.text, reading)
    ) {
      turn.say('menu.greeting', {});
      return undefined;
    }
    return freeText(turn, stimulus);
  },
  button: () => false,
  stepBack: (turn) => turn.say('menu.again', {}),
  resume: (turn) => {
    turn.state.step = 'choose';
    turn.say('menu.again', {});
  },
};
