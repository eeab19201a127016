import type { AttachmentRef } from '#libs/chats';
import type { Understanding } from '#libs/nlu';
import type { ImageKind } from '#libs/vision';
import type { ButtonPress } from '../../button-payload.js';
import { isFormName, type ScenarioName } from '../../node-names.js';
import { isSideQuestion } from '../../side-question.js';
import type { Turn } from '../../turn.js';
import { FORM_SCENARIOS } from '../form-scenarios.js';
import { keptForm } from '../kept-form.js';
import { freeText, targetOf } from '../menu/menu.scenario.js';
import type { Scenario, TextStimulus } from '../scenario.js';
import { kindAnswer, premisesAnswer } from './label-answers.js';
import { isLooking, isPicture, lookAt } from './looking.js';
import { answerFacts, answerFitOut, answerKind } from './photo-answers.js';
import { askNext, leaveQuestions, nextQuestion, returnToPlace } from './photo-questions.js';
import type { FitOutAnswer } from './photo-state.js';
import { slotsOfFacts } from './picture-facts.js';

/** Names of files that are not pictures, said back. */
const NAMES_SAID = 3;

/**
 * Files have come: pictures are looked at, the rest is named honestly. A picture is a side trip: a step that was open stays
 * open, and the text beside the picture is left to it.
 */
export async function receiveFiles(turn: Turn, stimulus: TextStimulus): Promise<void> {
  const files = stimulus.attachments;
  stimulus.attachments = [];
  const { pictures: photo, scenario } = turn.state;
  if (scenario !== 'photo') photo.questions = [];
  if (!isAtFormStep(turn)) {
    if (scenario !== 'photo') turn.enter('photo');
    turn.state.step ??= 'offered';
  }
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  turn.remember('client', pictures.length > 0 ? '[изображение]' : '[файл]');
  if (others.length > 0) await nameFiles(turn, others, pictures.length === 0 && stimulus.text.trim() === '');
  if (pictures.length === 0) return;
  const left = lookAt(turn, pictures);
  if (turn.state.scenario === 'photo') turn.state.step = 'looking';
  if (left > 0) turn.say('photo.tooMany', {});
}

/** Files that cannot be opened are named; alone, they must not leave an open question hanging. */
async function nameFiles(turn: Turn, files: readonly AttachmentRef[], isAll: boolean): Promise<void> {
  const names = files.slice(0, NAMES_SAID).map(({ name }) => `«${name}»`);
  turn.say('photo.otherFile', { names: names.join(', ') });
  const { scenario } = turn.state;
  if (isAll && scenario && isFormName(scenario) && turn.state.step !== null)
    await FORM_SCENARIOS[scenario].resume(turn);
}

export function isAtFormStep({ state: { scenario, step } }: Turn): boolean {
  return scenario !== null && isFormName(scenario) && step !== null;
}

/** Whether the text beside a picture says something of its own; «вот такой» is answered by the answer about the picture. */
export function captionSpeaks(text: string, reading: Understanding): boolean {
  const { intent, back, slots, agreement } = reading;
  if (intent !== 'other' || back !== 'none' || agreement !== 'unclear') return true;
  return Object.keys(slots).length > 0 || isSideQuestion(text, reading);
}

export const PHOTO: Scenario = {
  name: 'photo',
  steps: {
    offered: ['looking', 'offered'],
    looking: ['looking', 'kind', 'facts', 'fitOut', 'offered'],
    kind: ['looking', 'facts', 'fitOut', 'offered'],
    facts: ['facts', 'fitOut', 'offered'],
    fitOut: ['offered'],
  },
  firstStep: 'offered',
  open(turn) {
    turn.state.step = isLooking(turn) ? 'looking' : 'offered';
    turn.say('photo.intro', {});
  },
  async text(turn, stimulus) {
    const [question] = turn.state.pictures.questions;
    if (question && (await answerInWords(turn, stimulus))) return undefined;
    if (question && turn.state.pictures.place) return readByPlace(turn, stimulus);
    return textElsewhere(turn, stimulus);
  },
  button: (turn, press) => photoButton(turn, press),
  stepBack: (turn) => leaveQuestions(turn),
  async resume(turn) {
    if (turn.state.pictures.questions.length > 0) await askNext(turn);
    else if (isLooking(turn)) {
      turn.state.step = 'looking';
      turn.say('photo.looking', {});
    } else await leaveQuestions(turn);
  },
};

/** A text read as the answer to the open question; false = it is none. */
async function answerInWords(turn: Turn, { text, reading }: TextStimulus): Promise<boolean> {
  const [question] = turn.state.pictures.questions;
  if (!question || !reading) return false;
  switch (question.about) {
    case 'facts':
      return answerFacts(turn, question, reading);
    case 'kind': {
      const kind = kindAnswer(text);
      if (kind) await answerKind(turn, question, kind);
      return kind !== undefined;
    }
    case 'fitOut': {
      const answer = premisesAnswer(text, reading);
      if (answer) await answerFitOut(turn, question, answer);
      return answer !== undefined;
    }
  }
}

/** The text answers the question of the step that the picture interrupted, or leads on from it. */
async function readByPlace(turn: Turn, stimulus: TextStimulus): Promise<ScenarioName | undefined> {
  returnToPlace(turn);
  const { scenario } = turn.state;
  if (!scenario || !isFormName(scenario)) return textElsewhere(turn, stimulus);
  const expects = FORM_SCENARIOS[scenario].question(turn)?.expects;
  stimulus.reading = await turn.deps.understander.understand(stimulus.text, expects ? { expects } : {});
  return FORM_SCENARIOS[scenario].text(turn, stimulus);
}

async function textElsewhere(turn: Turn, stimulus: TextStimulus): Promise<ScenarioName | undefined> {
  const reading = stimulus.reading as Understanding;
  const target = keptForm(turn, stimulus.text) ?? targetOf(reading);
  if (target && !stimulus.passedBy.includes(target)) {
    turn.state.pictures.questions = [];
    turn.state.pictures.place = null;
    return target;
  }
  const [question] = turn.state.pictures.questions;
  if (!question && isLooking(turn) && !isSideQuestion(stimulus.text, reading)) {
    if (stimulus.text.trim() !== '') turn.say('photo.looking', {});
    return undefined;
  }
  const passed = await freeText(turn, stimulus);
  if (question && passed === undefined) await askNext(turn);
  return passed;
}

async function photoButton(turn: Turn, { action, argument }: ButtonPress): Promise<boolean> {
  const [question] = turn.state.pictures.questions;
  if (action === 'use') return useFacts(turn, argument);
  if (!question) return false;
  if (action === 'skip') {
    if (question.about === 'facts') turn.say('photo.factsDropped', {});
    await nextQuestion(turn);
    return true;
  }
  if (question.about === 'facts' && (action === 'yes' || action === 'no')) {
    return answerFacts(turn, question, action);
  }
  if (question.about === 'kind' && action === 'kind' && isKind(argument)) {
    await answerKind(turn, question, argument);
    return true;
  }
  if (question.about === 'fitOut' && action === 'fitOut' && isFitOut(argument)) {
    await answerFitOut(turn, question, argument);
    return true;
  }
  return false;
}

function isKind(value: string | undefined): value is ImageKind {
  return value === 'photo' || value === 'plan' || value === 'document' || value === 'other';
}

function isFitOut(value: string | undefined): value is FitOutAnswer {
  return value === 'shell' || value === 'partial' || value === 'ready' || value === 'none';
}

/** Opens the named scenario with the confirmed facts as its first answers. */
async function useFacts(turn: Turn, name: string | undefined): Promise<boolean> {
  const { facts } = turn.state.pictures;
  if (name !== 'search' && name !== 'valuation' && name !== 'finance') return false;
  const form = FORM_SCENARIOS[name];
  turn.enter(name);
  form.open(turn);
  if (!(await form.take(turn, slotsOfFacts(name, facts, {})))) await form.advance(turn);
  return true;
}
