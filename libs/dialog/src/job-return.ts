import type { ChatEvent } from '#libs/chats';
import type { SearchResult } from '#libs/estates';
import { optionButtons } from './form/options.js';
import { isFormName } from './node-names.js';
import { type AnalogsResult, analogsDone } from './scenarios/analogs.js';
import { financeDone } from './scenarios/finance/finance.scenario.js';
import type { FinanceJobResult } from './scenarios/finance/model-summary.js';
import { FORM_SCENARIOS } from './scenarios/form-scenarios.js';
import { isPictureJob, pictureJobReturned } from './scenarios/photo/picture-jobs.js';
import { lotModelDone, searchDone } from './scenarios/search/search.scenario.js';
import { valuationDone } from './scenarios/valuation/valuation.scenario.js';
import type { ValuationResult } from './scenarios/valuation/valuation-result.js';
import type { Turn } from './turn.js';

type JobEvent = Extract<ChatEvent, { kind: 'job' }>;

/** Codes whose detail is a sentence for the client and whose cure is another answer. */
const STATION_PROBLEMS = ['UNKNOWN_STATION', 'AMBIGUOUS_STATION'];
/** Codes whose detail tells the client which answer to mend; every other failure is ours and worth a retry. */
const INPUT_PROBLEMS = [
  'INVALID_REQUEST',
  'FIELD_REQUIRED',
  'NOT_A_NUMBER',
  'NOT_AN_INTEGER',
  'VALUE_OUT_OF_RANGE',
  'UNKNOWN_VALUE',
  'BAD_QUARTER',
  'SCHEDULE_TOO_LONG',
  'PAYMENT_AFTER_HORIZON',
  'PAYMENT_TOO_EARLY',
  'READINESS_CONFLICT',
  'READINESS_TOO_FAR',
  'VALUATION_UNAVAILABLE',
  'AMOUNT_TOO_LARGE',
  'OUT_OF_BANDS',
];
const OPTIONS_OFFERED = 4;

/** A job has come back: pictures are a side trip with jobs of their own; the rest is what the scenario waits for. */
export async function jobReturned(turn: Turn, event: JobEvent): Promise<void> {
  if (isPictureJob(event.name)) await pictureJobReturned(turn, event.name, event);
  else await awaitedReturned(turn, event);
}

/** The job a scenario waits for: shown when the client still waits for it, dropped when the request was replaced or left. */
async function awaitedReturned(turn: Turn, event: JobEvent): Promise<void> {
  const { awaited, scenario } = turn.state;
  if (!awaited || awaited.name !== event.name) return;
  if (awaited.stale > 0) {
    turn.state.awaited = { ...awaited, stale: awaited.stale - 1 };
    return;
  }
  // Left behind before the scenario that waits now began: its own job is still to come.
  if (event.problem?.code === 'JOB_SUPERSEDED') return;
  turn.settleJob();
  if (awaited.scenario !== scenario) return;
  if (event.status === 'failed' || event.result === undefined) {
    await jobFailed(turn, event);
    return;
  }
  await showResult(turn, event);
}

/** Results come from our own workers, typed by the job's name. */
async function showResult(turn: Turn, { name, result }: JobEvent): Promise<void> {
  if (name === 'analogs') await analogsDone(turn, result as unknown as AnalogsResult);
  else if (name === 'search') await searchDone(turn, result as unknown as SearchResult);
  else if (name === 'valuation') valuationDone(turn, result as unknown as ValuationResult);
  else if (name === 'finance-model' && turn.state.scenario === 'search')
    lotModelDone(turn, result as unknown as FinanceJobResult);
  else if (name === 'finance-model') financeDone(turn, result as unknown as FinanceJobResult);
}

async function jobFailed(turn: Turn, { problem }: JobEvent): Promise<void> {
  const { scenario, step } = turn.state;
  if (!scenario || !isFormName(scenario)) return;
  if (step === 'working') turn.state.step = 'failed';
  const detail = problem?.detail ?? '';
  const edit = { text: 'Изменить параметры', payload: `${scenario}.edit` };
  const retry = { text: 'Попробовать ещё раз', payload: `${scenario}.retry` };
  const code = problem?.code ?? '';
  if (STATION_PROBLEMS.includes(code)) {
    const station = turn.form(scenario).slots.stations?.[0] ?? '';
    const options = (await turn.deps.closestStations(station)).slice(0, OPTIONS_OFFERED);
    const question = FORM_SCENARIOS[scenario].definition.questions.find(({ slots }) => slots.includes('stations'));
    if (question && step === 'working') turn.state.step = question.step;
    turn.state.choice = { scenario, options, isStation: true };
    turn.say('job.unknownStation', { detail }, { buttons: optionButtons(scenario, options) });
  } else if (code === 'SCHEDULE_NOT_100') {
    turn.say(
      'job.scheduleNot100',
      { detail },
      { buttons: [{ text: 'Исправить график', payload: 'finance.edit:payments' }, edit] },
    );
  } else if (INPUT_PROBLEMS.includes(code)) turn.say('job.badInput', { detail }, { buttons: [edit] });
  else turn.say('job.failed', { detail: '' }, { buttons: [retry, edit] });
}
