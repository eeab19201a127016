import type { Button } from '#libs/chats';
import type { UnderstandingContext } from '#libs/nlu';
import { isFormName } from '../../node-names.js';
import type { Turn } from '../../turn.js';
import { FORM_SCENARIOS } from '../form-scenarios.js';
import type { PhotoQuestion, SeenPicture } from './photo-state.js';
import { factsPhrase, slotsOfFacts } from './picture-facts.js';

const WHERE: Record<SeenPicture['kind'], string> = {
  photo: 'На фото',
  plan: 'На плане',
  document: 'В документе',
  other: 'На картинке',
  unknown: 'На картинке',
};

export const USE_BUTTONS: Button[] = [
  { text: 'Подобрать похожее', payload: 'photo.use:search' },
  { text: 'Оценить', payload: 'photo.use:valuation' },
  { text: 'Инвестмодель', payload: 'photo.use:finance' },
];

/** What must be asked about the pictures: what they are, whether the figures are right, what state the premises are in. */
export function questionsOf(pictures: readonly SeenPicture[]): PhotoQuestion[] {
  // Figures tell more than a name: a picture that has some is asked about by them.
  const unclear = pictures.filter(
    ({ kind, problem, facts = {} }) => kind === 'unknown' && problem === undefined && factsPhrase(facts) === '',
  );
  const premises = pictures.filter(
    ({ kind, facts, isElsewhere }) => kind === 'photo' && !facts?.fitOut && !isElsewhere,
  );
  return [
    ...(unclear.length > 0 ? [{ about: 'kind' as const, fileIds: unclear.map(({ fileId }) => fileId) }] : []),
    ...pictures.flatMap(({ fileId, kind, facts = {} }) =>
      factsPhrase(facts) === '' ? [] : [{ about: 'facts' as const, fileId, kind, facts, isCorrecting: false }],
    ),
    ...(premises.length > 0 ? [{ about: 'fitOut' as const, fileIds: premises.map(({ fileId }) => fileId) }] : []),
  ];
}

/** Asks the first open question; without one the client goes back to where the pictures came, or is offered what to do. */
export async function askNext(turn: Turn): Promise<void> {
  const [question] = turn.state.pictures.questions;
  if (!question) {
    await leaveQuestions(turn);
    return;
  }
  turn.state.step = question.about;
  if (question.about === 'kind') turn.say('photo.askKind', {});
  else if (question.about === 'fitOut') turn.say('photo.askFitOut', {});
  else if (question.isCorrecting) turn.say('photo.correctFacts', {});
  else turn.say('photo.confirmFacts', { where: WHERE[question.kind], facts: factsPhrase(question.facts) });
}

/** The first question is answered or given up. */
export async function nextQuestion(turn: Turn): Promise<void> {
  turn.state.pictures.questions.shift();
  turn.state.misses = 0;
  await askNext(turn);
}

/** Back to the interrupted step, which takes what was confirmed; elsewhere the facts are offered for use. */
export async function leaveQuestions(turn: Turn): Promise<void> {
  if (returnToPlace(turn)) {
    await goOn(turn);
    return;
  }
  const facts = factsPhrase(turn.state.pictures.facts);
  turn.state.step = 'offered';
  if (facts === '') turn.say('photo.done', {});
  else turn.say('photo.offer', { facts }, { buttons: USE_BUTTONS });
}

/** Goes back to the interrupted step without a word; false = none was. */
export function returnToPlace(turn: Turn): boolean {
  const { place } = turn.state.pictures;
  turn.state.pictures.questions = [];
  turn.state.pictures.place = null;
  if (!place) return false;
  turn.enter(place.scenario);
  turn.state.step = place.step;
  return true;
}

/** The form that was interrupted takes the facts and asks on; what it computes meanwhile is asked for again when it is lost. */
async function goOn(turn: Turn): Promise<void> {
  const { scenario, step, awaited, pictures: photo } = turn.state;
  if (!scenario || !isFormName(scenario)) return;
  const form = FORM_SCENARIOS[scenario];
  const told = slotsOfFacts(scenario, photo.facts, turn.form(scenario).slots);
  photo.facts = {};
  if (await form.take(turn, told)) return;
  // Its result came while the questions stood and was dropped.
  if (step === 'working' && awaited === null) await form.after.confirm(turn);
  else await form.proceed(turn);
}

/** What the open question expects: a yes or a no, or the right figure where only one can be wrong. */
export function contextOfPhoto({ state: { pictures: photo } }: Turn): UnderstandingContext {
  const [question] = photo.questions;
  if (question?.about !== 'facts') return {};
  if (!question.isCorrecting) return { expects: 'confirmation' };
  return question.facts.areaSqm === undefined ? {} : { expects: 'area' };
}
