import type { Understanding } from '#libs/nlu';
import { isSideQuestion, sourceLine } from '../side-question.js';
import type { Turn } from '../turn.js';
import { keptForm } from './kept-form.js';
import { freeText, targetOf } from './menu/menu.scenario.js';
import type { Scenario } from './scenario.js';

interface KnowledgePhrases {
  intro: 'about.intro' | 'market.intro';
  answer: 'about.answer' | 'market.answer';
  unknown: 'about.unknown' | 'market.unknown';
}

/** Longest question kept in the state. */
const QUESTION_LIMIT = 300;

/** A scenario that answers questions of one topic from the knowledge base. */
export function knowledgeScenario(name: 'about' | 'market', phrases: KnowledgePhrases): Scenario {
  async function answer(turn: Turn, question: string): Promise<void> {
    turn.state.step = 'question';
    turn.state.question = question.slice(0, QUESTION_LIMIT);
    turn.state.misses = 0;
    const found = await turn.deps.knowledge.answer(question, name);
    if (found.found) turn.say(phrases.answer, { answer: found.text, source: sourceLine(found.sources) });
    else turn.say(phrases.unknown, {});
  }
  return {
    name,
    steps: { question: ['question'] },
    firstStep: 'question',
    open(turn) {
      turn.state.step = 'question';
      turn.state.question = null;
      turn.say(phrases.intro, {});
    },
    async text(turn, stimulus) {
      const reading = stimulus.reading as Understanding;
      const target = keptForm(turn, stimulus.text) ?? targetOf(reading);
      // «Какая вакансия офисов?» names a kind of premises and still is a question of this topic.
      const isQuestion = reading.intent === 'other' && isSideQuestion(stimulus.text, reading);
      const isHere = target === name || target === undefined || isQuestion;
      if (!isHere && !stimulus.passedBy.includes(target)) return target;
      // Nothing readable is not a question.
      if (!/\p{L}{3}/u.test(stimulus.text)) return freeText(turn, stimulus);
      await answer(turn, stimulus.text);
      return undefined;
    },
    button: () => false,
    stepBack(turn) {
      turn.enter('menu');
      turn.state.step = 'choose';
      turn.say('menu.again', {});
    },
    resume: (turn) => turn.say(phrases.intro, {}),
  };
}
