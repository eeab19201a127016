import type { Understanding } from '#libs/nlu';
import type { ImageKind } from '#libs/vision';
import type { Turn } from '../../turn.js';
import { statedFitOut } from './label-answers.js';
import { lookAt } from './looking.js';
import { nextQuestion } from './photo-questions.js';
import type { FitOutAnswer, PhotoQuestion } from './photo-state.js';
import { correctedFacts, factsPhrase } from './picture-facts.js';

type Asked<About extends PhotoQuestion['about']> = Extract<PhotoQuestion, { about: About }>;

/** «Да», «нет» or other figures; false = the words say nothing of the kind. */
export async function answerFacts(
  turn: Turn,
  question: Asked<'facts'>,
  answer: Understanding | 'yes' | 'no',
): Promise<boolean> {
  const agreement = typeof answer === 'string' ? answer : answer.agreement;
  const isRequest = typeof answer !== 'string' && answer.intent !== 'other' && answer.back !== 'correct';
  const corrected = typeof answer === 'string' || isRequest ? undefined : correctedFacts(question.facts, answer);
  if (corrected) {
    question.facts = corrected;
    question.isCorrecting = false;
    turn.state.misses = 0;
    turn.state.step = 'facts';
    turn.say('photo.confirmCorrected', { facts: factsPhrase(corrected) });
    return true;
  }
  if (isRequest || agreement === 'unclear') return false;
  if (agreement === 'yes') {
    turn.state.pictures.facts = { ...turn.state.pictures.facts, ...question.facts };
    turn.crm('note', { text: `Клиент подтвердил данные с картинки: ${factsPhrase(question.facts)}` });
    await nextQuestion(turn);
  } else if (question.isCorrecting) {
    turn.say('photo.factsDropped', {});
    await nextQuestion(turn);
  } else {
    question.isCorrecting = true;
    turn.state.misses = 0;
    turn.say('photo.correctFacts', {});
  }
  return true;
}

/** The client says what the pictures are: kept as a label, and what this kind deserves is looked for. */
export async function answerKind(turn: Turn, question: Asked<'kind'>, kind: ImageKind): Promise<void> {
  const { pictures: photo } = turn.state;
  label(turn, 'kind', kind, question.fileIds, 'client');
  if (kind === 'other') {
    await nextQuestion(turn);
    return;
  }
  photo.questions.shift();
  turn.state.misses = 0;
  for (const fileId of question.fileIds) photo.told[fileId] = kind;
  lookAt(
    turn,
    question.fileIds.map((fileId) => ({ fileId })),
  );
  turn.state.step = 'looking';
}

/** The client says what state the premises are in: kept as a label and as a fact. */
export async function answerFitOut(turn: Turn, question: Asked<'fitOut'>, answer: FitOutAnswer): Promise<void> {
  if (answer === 'none') label(turn, 'kind', 'other', question.fileIds, 'client');
  else {
    label(turn, 'fit-out', answer, question.fileIds, 'client');
    turn.state.pictures.facts = { ...turn.state.pictures.facts, fitOut: answer };
  }
  await nextQuestion(turn);
}

/** A manager who writes «под отделку» after a photo has said what is on it: a label that counts over the client's. */
export function labelByManager(turn: Turn, text: string): void {
  const { premises } = turn.state.pictures;
  const stated = statedFitOut(text);
  if (!stated || stated === 'none' || premises.length === 0) return;
  label(turn, 'fit-out', stated, premises, 'manager');
}

function label(turn: Turn, set: string, value: string, fileIds: string[], author: 'client' | 'manager'): void {
  if (fileIds.length === 0) return;
  turn.effect({ type: 'label', labels: fileIds.map((fileId) => ({ fileId, set, label: value, author })) });
}
