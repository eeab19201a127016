import { relevant } from '../form/answers.js';
import type { FormScenario } from '../form/form-scenario.js';
import type { Scenario } from './scenario.js';

/** Stages after the recap: where each can go. */
type Stages = Readonly<Record<string, readonly string[]>>;

/** A form as a scenario of the graph: its questions are its steps, then the recap, then the stages given. */
export function formAsScenario(form: FormScenario, stages: Stages): Scenario {
  const steppedTo = form.definition.questions.filter((question) => !question.wish);
  const questions = steppedTo.map((question) => question.step);
  const asked = steppedTo.filter((question) => !question.optional).map((question) => question.step);
  const steps: Record<string, readonly string[]> = {};
  for (const question of steppedTo) {
    const following = asked.slice(asked.indexOf(question.step) + 1);
    steps[question.step] = question.optional ? ['confirm'] : [...following, 'confirm'];
  }
  // The recap lets any single answer be edited.
  steps.confirm = [...questions, ...Object.keys(stages)];
  for (const [stage, exits] of Object.entries(stages)) steps[stage] = exits;
  return {
    name: form.name,
    steps,
    firstStep: asked[0] ?? 'confirm',
    async open(turn) {
      form.open(turn);
      await form.advance(turn);
    },
    async text(turn, stimulus) {
      if (turn.state.step === null) {
        const told = relevant(form.definition, stimulus.reading?.slots ?? {});
        const hasAnswers = Object.keys(form.form(turn).slots).length > 0;
        if (!hasAnswers || Object.keys(told).length > 0) form.open(turn);
        if (form.name === 'contact' && stimulus.profile) form.absorb(turn, stimulus.profile);
        if (Object.keys(told).length === 0) {
          await form.advance(turn);
          return undefined;
        }
      }
      return form.text(turn, stimulus);
    },
    button: (turn, press) => form.button(turn, press),
    stepBack: (turn) => form.stepBack(turn),
    resume: (turn) => form.resume(turn),
  };
}
