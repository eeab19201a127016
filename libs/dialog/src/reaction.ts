import type { ChatEvent } from '#libs/chats';
import type { Understanding, UnderstandingContext } from '#libs/nlu';
import { parsePayload } from './button-payload.js';
import { editedMessage } from './edited-message.js';
import { followUp } from './follow-up.js';
import { jobReturned } from './job-return.js';
import { isFormName, type ScenarioName } from './node-names.js';
import { FORM_SCENARIOS, recapOfKeptForm } from './scenarios/form-scenarios.js';
import { returnToKeptPlace } from './scenarios/handoff/handoff.scenario.js';
import {
  givesUpWaiting,
  mayStopWaiting,
  REMINDER_EVENT,
  remindManager,
  stopWaiting,
  tellToWait,
  WAIT_EVENT,
} from './scenarios/handoff/manager-wait.js';
import { PHOTO_LIMIT_TIMER, PHOTO_TIMER, sayStillLooking } from './scenarios/photo/looking.js';
import { labelByManager } from './scenarios/photo/photo-answers.js';
import { contextOfPhoto } from './scenarios/photo/photo-questions.js';
import { stopLooking } from './scenarios/photo/picture-jobs.js';
import type { Scenario, TextStimulus } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';
import { FOLLOW_UP_EVENT, NO_FOLLOW_UP_BUTTON } from './scheduling/index.js';
import { isGreeting, isThanks } from './small-talk.js';
import type { Stimulus } from './stimulus.js';
import type { Turn } from './turn.js';

/** Intents that lead out of any step. */
const EXITS: Partial<Record<Understanding['intent'], ScenarioName>> = {
  manager: 'handoff',
  restart: 'restart',
  menu: 'menu',
};

/**
 * Reacts to one stimulus in the scenario the client is in. The name of another scenario means the stimulus belongs there and is
 * still to be handled.
 */
export async function react(turn: Turn, stimulus: Stimulus): Promise<ScenarioName | undefined> {
  if (stimulus.kind === 'event') {
    await reactToEvent(turn, stimulus.event);
    return undefined;
  }
  if (stimulus.kind === 'edit') return reactToEdit(turn, stimulus);
  if (turn.owner === 'manager') {
    if (isEndOfWait(turn, stimulus)) await comeBackFromWait(turn);
    else if (stimulus.kind === 'text') await listenSilently(turn, stimulus);
    return undefined;
  }
  turn.state.scenario ??= 'menu';
  return stimulus.kind === 'button' ? reactToButton(turn, stimulus) : reactToText(turn, stimulus);
}

function current(turn: Turn): Scenario {
  return SCENARIOS[turn.state.scenario ?? 'menu'];
}

async function reactToEvent(turn: Turn, event: Extract<Stimulus, { kind: 'event' }>['event']): Promise<void> {
  switch (event.kind) {
    case 'manager':
      turn.state.owner = 'manager';
      turn.state.wait = null;
      turn.showOwner('manager');
      turn.remember('manager', event.text);
      turn.noteManagerStretch(`менеджер: ${event.text}`);
      labelByManager(turn, event.text);
      return;
    case 'owner':
      turn.state.owner = event.owner;
      turn.state.wait = null;
      turn.showOwner(event.owner);
      if (event.owner === 'bot') await comeBack(turn);
      return;
    case 'timer':
      await reactToTimer(turn, event);
      return;
    case 'job':
      await jobReturned(turn, event);
  }
}

async function reactToTimer(turn: Turn, event: Extract<ChatEvent, { kind: 'timer' }>): Promise<void> {
  switch (event.name) {
    case 'progress':
      if (turn.state.awaited?.scenario === turn.state.scenario) turn.say('job.progress', {});
      return;
    case PHOTO_TIMER:
      sayStillLooking(turn);
      return;
    case PHOTO_LIMIT_TIMER:
      await stopLooking(turn);
      return;
    case REMINDER_EVENT:
      remindManager(turn);
      return;
    case WAIT_EVENT:
      tellToWait(turn);
      return;
    case FOLLOW_UP_EVENT:
      await followUp(turn, Number(event.data?.number), new Date(event.at));
  }
}

/** An edit that must be read as a new text takes the place of the edit. */
async function reactToEdit(
  turn: Turn,
  stimulus: Extract<Stimulus, { kind: 'edit' }>,
): Promise<ScenarioName | undefined> {
  const text = await editedMessage(turn, stimulus);
  if (!text) return undefined;
  turn.state.queue[0] = text;
  turn.state.scenario ??= 'menu';
  return reactToText(turn, text);
}

/** The client who waits for a manager has pressed «Не ждать», or said so. */
function isEndOfWait(turn: Turn, stimulus: Extract<Stimulus, { kind: 'text' | 'button' }>): boolean {
  if (!mayStopWaiting(turn)) return false;
  const payload = stimulus.kind === 'button' ? stimulus.payload : typedButton(turn, stimulus.text);
  return payload === 'handoff.cancel' || (stimulus.kind === 'text' && givesUpWaiting(stimulus.text));
}

async function comeBackFromWait(turn: Turn): Promise<void> {
  stopWaiting(turn);
  await comeBack(turn);
}

/** The manager has given the chat back: a short recap and the question that was left open. */
async function comeBack(turn: Turn): Promise<void> {
  returnToKeptPlace(turn);
  turn.state.managerNotes = [];
  const recap = recapOfKeptForm(turn);
  if (recap) turn.say('handoff.returnedRecap', { recap });
  else turn.say('handoff.returned', {});
  const { scenario } = turn.state;
  if (scenario && isFormName(scenario)) await FORM_SCENARIOS[scenario].proceed(turn);
  else await current(turn).resume(turn);
}

/** The client talks to a manager: what was said is kept and fills the open form, nothing is answered. */
async function listenSilently(turn: Turn, stimulus: TextStimulus): Promise<void> {
  turn.remember('client', stimulus.text);
  turn.noteManagerStretch(`клиент: ${stimulus.text}`);
  const place = turn.state.scenario === 'handoff' ? turn.state.keptPlace?.scenario : turn.state.scenario;
  if (!place || !isFormName(place) || stimulus.text === '') return;
  const reading = await turn.deps.understander.understand(stimulus.text);
  FORM_SCENARIOS[place].absorb(turn, reading.slots);
}

async function reactToButton(
  turn: Turn,
  stimulus: Extract<Stimulus, { kind: 'button' }>,
): Promise<ScenarioName | undefined> {
  const press = parsePayload(stimulus.payload);
  if (!press) {
    turn.say('dialog.buttonUnknown', {});
    await current(turn).resume(turn);
    return undefined;
  }
  if (stimulus.payload === NO_FOLLOW_UP_BUTTON) {
    turn.say('followUp.stopped', {});
    return undefined;
  }
  const isEntry = press.action === 'start' || (press.scenario === 'search' && press.action === 'show');
  if (isEntry && press.scenario !== turn.state.scenario) return press.scenario;
  if (press.action === 'start') {
    turn.state.misses = 0;
    await current(turn).open(turn);
    return undefined;
  }
  if (press.action === 'pick') return pickOption(turn, press.scenario, Number(press.argument));
  if (press.scenario === turn.state.scenario && (await current(turn).button(turn, press))) return undefined;
  turn.say('dialog.buttonExpired', {});
  await current(turn).resume(turn);
  return undefined;
}

/** A numbered option reads as if the client had typed it. */
async function pickOption(turn: Turn, scenario: ScenarioName, index: number): Promise<ScenarioName | undefined> {
  const { choice } = turn.state;
  const option = choice?.scenario === scenario && scenario === turn.state.scenario ? choice.options[index] : undefined;
  if (option === undefined) {
    turn.say('dialog.buttonExpired', {});
    await current(turn).resume(turn);
    return undefined;
  }
  turn.state.choice = null;
  if (choice?.isStation && isFormName(scenario)) {
    await FORM_SCENARIOS[scenario].answer(turn, { stations: [option] }, FORM_SCENARIOS[scenario].question(turn));
    return undefined;
  }
  return reactToText(turn, { kind: 'text', text: option, attachments: [], passedBy: [] });
}

async function reactToText(turn: Turn, stimulus: TextStimulus): Promise<ScenarioName | undefined> {
  if (stimulus.passedBy.length === 0) {
    turn.remember('client', stimulus.text);
    const payload = typedButton(turn, stimulus.text);
    if (payload !== undefined) return reactToButton(turn, { kind: 'button', payload, passedBy: [] });
  }
  stimulus.reading ??= await turn.deps.understander.understand(stimulus.text, contextOf(turn));
  const reading = stimulus.reading;
  const isOpen = turn.state.step !== null;
  if (isOpen && (await answerSmallTalk(turn, stimulus.text))) return undefined;
  const exit = EXITS[reading.intent];
  if (exit && exit !== turn.state.scenario) return exit;
  if (isOpen && reading.back === 'step') {
    await current(turn).stepBack(turn);
    return undefined;
  }
  return current(turn).text(turn, stimulus);
}

/** The payload of the button whose label the client typed by hand; entries keep to free text, which may say more. */
function typedButton(turn: Turn, text: string): string | undefined {
  const plain = (label: string) =>
    label
      .toLowerCase()
      .replaceAll('ё', 'е')
      .replace(/[\s.!«»"]+/gu, ' ')
      .trim();
  const typed = plain(text);
  const payload = turn.state.shownButtons.find((button) => plain(button.text) === typed)?.payload;
  return payload !== undefined && parsePayload(payload)?.action !== 'start' ? payload : undefined;
}

/** A greeting or thanks is no answer and no miss: the pending question stands. */
async function answerSmallTalk(turn: Turn, text: string): Promise<boolean> {
  const isHello = isGreeting(text);
  if (!isHello && !isThanks(text)) return false;
  turn.state.misses = 0;
  if (!isHello) turn.say('dialog.thanks', {});
  if (isHello || isFormQuestion(turn)) await current(turn).resume(turn);
  return true;
}

function isFormQuestion(turn: Turn): boolean {
  const { scenario } = turn.state;
  return scenario !== null && isFormName(scenario) && FORM_SCENARIOS[scenario].question(turn) !== undefined;
}

/** What the open question expects of an answer. */
export function contextOf(turn: Turn): UnderstandingContext {
  const { scenario, step } = turn.state;
  if (scenario === 'photo') return contextOfPhoto(turn);
  if (!scenario || !isFormName(scenario)) return {};
  const form = FORM_SCENARIOS[scenario];
  const { deal } = turn.form(scenario).slots;
  const expects = step === 'confirm' ? 'confirmation' : form.question(turn)?.expects;
  return { ...(expects ? { expects } : {}), ...(deal ? { deal } : {}) };
}
