import type { ChatEvent } from '#libs/chats';
import type { DetectResult, FastResult, OcrResult } from '#libs/vision';
import { isFormName } from '../../node-names.js';
import type { Turn } from '../../turn.js';
import { FORM_SCENARIOS } from '../form-scenarios.js';
import {
  abandonJobs,
  giveUp,
  isLooking,
  lookCloser,
  rememberPictures,
  stopTimers,
  takeDetect,
  takeFast,
  takeOcr,
} from './looking.js';
import { askNext, questionsOf } from './photo-questions.js';
import { PICTURE_JOBS, type PictureJob } from './photo-state.js';
import { factsPhrase } from './picture-facts.js';
import { lacksSomething, picturesSummary, sawNothing } from './picture-summary.js';

type JobEvent = Extract<ChatEvent, { kind: 'job' }>;

const HANDOFF_BUTTON = { text: 'Позвать менеджера', payload: 'handoff.start' };

export function isPictureJob(name: string): name is PictureJob {
  return (PICTURE_JOBS as readonly string[]).includes(name);
}

/** A job about pictures has come back: the next look is asked for, or the client is answered. */
export async function pictureJobReturned(turn: Turn, name: PictureJob, event: JobEvent): Promise<void> {
  const job = turn.state.pictures.jobs[name];
  if (job.stale > 0) {
    job.stale -= 1;
    return;
  }
  if (!job.isAwaited) return;
  job.isAwaited = false;
  if (event.status === 'failed' || event.result === undefined) {
    if (name === 'vision.fast') {
      await cannotLook(turn, event.problem?.code);
      return;
    }
    giveUp(turn, name);
  } else if (name === 'vision.fast') {
    takeFast(turn, event.result as unknown as FastResult);
    if (lookCloser(turn)) return;
  } else if (name === 'vision.detect') takeDetect(turn, event.result as unknown as DetectResult);
  else takeOcr(turn, event.result as unknown as OcrResult);
  if (!isLooking(turn)) await tell(turn);
}

/** Everything is known that will be: the client reads what was seen, then what is asked about it. */
async function tell(turn: Turn): Promise<void> {
  const { pictures: photo } = turn.state;
  const { seen } = photo;
  rememberPictures(turn);
  photo.seen = [];
  noteForManager(turn, seen);
  // A manager looks at pictures with their own eyes; nothing is asked on the manager's behalf.
  if (turn.owner === 'manager') return;
  const isBlind = seen.every(sawNothing);
  if (isBlind) turn.say('photo.unavailable', {});
  else {
    const buttons = seen.some(lacksSomething) ? [HANDOFF_BUTTON] : [];
    turn.say('photo.seen', { summary: picturesSummary(seen) }, { buttons });
  }
  const fresh = questionsOf(seen);
  if (fresh.length === 0 && photo.questions.length === 0) {
    await resumePlace(turn);
    return;
  }
  photo.questions.push(...fresh);
  interrupt(turn);
  await askNext(turn);
}

function noteForManager(turn: Turn, seen: readonly { facts?: Parameters<typeof factsPhrase>[0] }[]): void {
  const read = seen.map(({ facts = {} }) => factsPhrase(facts)).filter((line) => line !== '');
  if (read.length > 0) turn.crm('note', { text: `Прочитано с картинки, клиентом не подтверждено: ${read.join('; ')}` });
}

/** The questions about pictures stand in front of the step the client was at; it is gone back to. */
function interrupt(turn: Turn): void {
  const { scenario, step } = turn.state;
  if (scenario === 'photo') return;
  const isFormStep = scenario !== null && isFormName(scenario) && step !== null;
  turn.state.pictures.place = isFormStep ? { scenario, step } : null;
  turn.enter('photo');
}

/** Nothing to ask: the open step is said again; elsewhere the client is told what else can be done. */
async function resumePlace(turn: Turn): Promise<void> {
  const { scenario, step } = turn.state;
  if (scenario === 'photo') await askNext(turn);
  else if (scenario !== null && isFormName(scenario) && step !== null) await FORM_SCENARIOS[scenario].proceed(turn);
}

/** The pictures could not be looked at at all. */
async function cannotLook(turn: Turn, code: string | undefined): Promise<void> {
  const { pictures: photo } = turn.state;
  photo.looking = [];
  stopTimers(turn);
  if (turn.owner === 'manager') return;
  if (code === 'VISION_UNAVAILABLE') turn.say('photo.unavailable', {});
  else turn.say('photo.failed', {});
  const { scenario, step } = turn.state;
  if (scenario === 'photo') {
    if (photo.questions.length > 0) await askNext(turn);
    else turn.state.step = 'offered';
  } else if (scenario !== null && isFormName(scenario) && step !== null) await FORM_SCENARIOS[scenario].proceed(turn);
}

/** Time is over: what was seen so far is told, the rest honestly is not. */
export async function stopLooking(turn: Turn): Promise<void> {
  const { jobs } = turn.state.pictures;
  const late = PICTURE_JOBS.filter((name) => jobs[name].isAwaited);
  if (late.length === 0) return;
  abandonJobs(turn);
  if (late.includes('vision.fast')) {
    await cannotLook(turn, 'VISION_UNAVAILABLE');
    return;
  }
  for (const name of late) giveUp(turn, name);
  await tell(turn);
}
