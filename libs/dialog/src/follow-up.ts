import { isFormName } from './node-names.js';
import { FORM_SCENARIOS, recapOfKeptForm } from './scenarios/form-scenarios.js';
import { moscowHour } from './scenarios/handoff/duty-words.js';
import type { Turn } from './turn.js';

/** Clients are written to between these hours of Moscow only, however late the event is handled. */
const FROM_HOUR = 10;
const UNTIL_HOUR = 20;

/** Stages at which nothing is expected of the client. */
const SETTLED: readonly string[] = ['done', 'working'];

/**
 * The client stopped answering: a reminder of what was collected and the question that is open, the second one shorter than the
 * first. Silent where the client owes no answer.
 */
export async function followUp(turn: Turn, number: number, at: Date): Promise<void> {
  const { scenario, step } = turn.state;
  const hour = moscowHour(turn.deps.managers?.now() ?? at);
  const isDay = hour >= FROM_HOUR && hour < UNTIL_HOUR;
  if (turn.owner === 'manager' || !isDay || !scenario || scenario === 'handoff' || SETTLED.includes(step ?? '')) return;
  const isFirst = number === 1;
  if (!isFormName(scenario)) {
    if (isFirst) turn.say('followUp.menu', {});
    return;
  }
  const recap = recapOfKeptForm(turn);
  if (recap) turn.say(isFirst ? 'followUp.first' : 'followUp.second', { recap });
  else turn.say(isFirst ? 'followUp.firstEmpty' : 'followUp.secondEmpty', {});
  if (isFirst) await FORM_SCENARIOS[scenario].resume(turn);
}
