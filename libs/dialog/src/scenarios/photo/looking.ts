import type { AttachmentRef, JsonObject, JsonValue } from '#libs/chats';
import type { DetectResult, FastResult, ImageKind, OcrResult, PictureRef } from '#libs/vision';
import type { Turn } from '../../turn.js';
import { EARLIER_LIMIT, emptyPhoto, PICTURE_JOBS, type PictureJob, type SeenPicture } from './photo-state.js';
import { factsOf } from './picture-facts.js';
import { isElsewhere } from './premises-signs.js';

/** Pictures of one answer; the engine refuses more. */
const LOOKED_LIMIT = 10;
/** The word that the client reads when looking takes longer, ms. */
const PROGRESS_AFTER_MS = 3_000;
/** Text recognised with less confidence is noise: leaves and bricks read as letters. */
const LEGIBLE_FROM = 0.6;
/** Read text kept of a picture while the others are looked at. */
const TEXT_KEPT = 600;
/** From this probability on a picture is not fit to be talked about. */
const UNSAFE_FROM = 0.85;
const UNSAFE_TEXT = 'Эту картинку разбирать не буду.';
/** Kinds of objects kept of a picture. */
const LABELS_KEPT = 12;

export const PHOTO_TIMER = 'photo.progress';
/** When nobody has looked by then, nobody will: no worker serves pictures here. After the first word, ms. */
const LIMIT_AFTER_MS = 120_000;
export const PHOTO_LIMIT_TIMER = 'photo.limit';

export function isPicture({ contentType }: AttachmentRef): boolean {
  return contentType.startsWith('image/');
}

/**
 * Starts a quick look at the pictures together with those not answered yet: pictures of one breath are answered together.
 * Returns how many are left out.
 */
export function lookAt(turn: Turn, pictures: readonly PictureRef[]): number {
  const { pictures: photo } = turn.state;
  const all = [...photo.looking, ...pictures.map(({ fileId }) => ({ fileId }))];
  const distinct = all.filter(({ fileId }, index) => all.findIndex((each) => each.fileId === fileId) === index);
  photo.looking = distinct.slice(0, LOOKED_LIMIT);
  photo.seen = [];
  abandonJobs(turn);
  startJob(turn, 'vision.fast', { pictures: photo.looking, earlier: photo.earlier } as unknown as JsonObject);
  turn.effect({ type: 'timer', name: PHOTO_TIMER, afterMs: PROGRESS_AFTER_MS });
  return distinct.length - photo.looking.length;
}

/** Results still to come are for pictures nobody waits for any more. */
export function abandonJobs(turn: Turn): void {
  for (const job of Object.values(turn.state.pictures.jobs)) {
    if (job.isAwaited) job.stale += 1;
    job.isAwaited = false;
  }
}

/** Looking takes longer than a moment: said once, and then not waited for without end. */
export function sayStillLooking(turn: Turn): void {
  if (!isLooking(turn)) return;
  turn.say('photo.progress', {});
  turn.effect({ type: 'timer', name: PHOTO_LIMIT_TIMER, afterMs: LIMIT_AFTER_MS });
}

/** Nobody is waited for any more. */
export function stopTimers(turn: Turn): void {
  turn.effect({ type: 'cancel-timer', name: PHOTO_TIMER });
  turn.effect({ type: 'cancel-timer', name: PHOTO_LIMIT_TIMER });
}

/** The client starts anew: nothing is asked or answered about pictures any more. */
export function forgetPictures(turn: Turn): void {
  abandonJobs(turn);
  const { jobs } = turn.state.pictures;
  turn.state.pictures = { ...emptyPhoto(), jobs };
  stopTimers(turn);
}

export function isLooking(turn: Turn): boolean {
  return PICTURE_JOBS.some((name) => turn.state.pictures.jobs[name].isAwaited);
}

function startJob(turn: Turn, name: PictureJob, payload: JsonValue): void {
  turn.state.pictures.jobs[name].isAwaited = true;
  turn.effect({ type: 'job', name, payload });
}

/** Asks for the heavier looks that the pictures deserve; false = none does. */
export function lookCloser(turn: Turn): boolean {
  const { seen } = turn.state.pictures;
  const deserving = (need: SeenPicture['needs'][number]) =>
    seen.filter(({ needs }) => needs.includes(need)).map(({ fileId }) => ({ fileId }));
  for (const [need, job] of [
    ['detect', 'vision.detect'],
    ['ocr', 'vision.ocr'],
  ] as const) {
    const pictures = deserving(need);
    if (pictures.length > 0) startJob(turn, job, { pictures } as unknown as JsonObject);
  }
  return isLooking(turn);
}

/** What each kind deserves. */
const NEEDS: Record<ImageKind, SeenPicture['needs']> = {
  photo: ['detect'],
  plan: ['ocr'],
  document: ['ocr'],
  other: [],
};

/** Takes in what the quick look found, in the order the pictures came. */
export function takeFast(turn: Turn, { pictures }: FastResult): void {
  const { pictures: photo } = turn.state;
  photo.seen = pictures.map((picture): SeenPicture => {
    const { fileId } = picture;
    if ('problem' in picture) return { ...unseen(fileId), problem: picture.problem.detail };
    const { hash, next, estates, repeats, unsafe = 0 } = picture.analysis;
    if (unsafe >= UNSAFE_FROM) return { ...unseen(fileId), kind: 'other', problem: UNSAFE_TEXT };
    const told = photo.told[fileId];
    return {
      ...unseen(fileId),
      kind: told ?? picture.analysis.kind,
      needs: told ? NEEDS[told] : next,
      estates: told ? [] : estates.slice(0, 3),
      isRepeat: told === undefined && (repeats.length > 0 || photo.earlier.some((each) => each.fileId === fileId)),
      ...(hash && { hash }),
      missing: picture.missing ?? [],
    };
  });
}

function unseen(fileId: string): SeenPicture {
  return { fileId, kind: 'unknown', isRepeat: false, estates: [], needs: [], missing: [] };
}

export function takeDetect(turn: Turn, { pictures }: DetectResult): void {
  for (const picture of pictures) {
    const seen = seenOf(turn, picture.fileId);
    if (!seen) continue;
    if ('problem' in picture || hasNot('detect', picture)) {
      seen.missing.push('detect');
      continue;
    }
    const counts = new Map<string, number>();
    for (const { label } of picture.analysis.objects) counts.set(label, (counts.get(label) ?? 0) + 1);
    seen.objects = Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]).slice(0, LABELS_KEPT));
    const { fitOut, objects } = picture.analysis;
    if (isElsewhere(objects)) seen.isElsewhere = true;
    if (fitOut !== 'unknown' && !seen.isElsewhere) seen.facts = { ...seen.facts, fitOut };
  }
}

export function takeOcr(turn: Turn, { pictures }: OcrResult): void {
  for (const picture of pictures) {
    const seen = seenOf(turn, picture.fileId);
    if (!seen) continue;
    if ('problem' in picture || hasNot('ocr', picture)) {
      seen.missing.push('ocr');
      continue;
    }
    const { text, confidence } = picture.analysis;
    seen.text = confidence >= LEGIBLE_FROM ? legibleLines(text).slice(0, TEXT_KEPT) : '';
    seen.facts = { ...seen.facts, ...factsOf(picture.analysis.fields) };
  }
}

/** Lines with a word or a figure in them: what is left of lines and shadows is not read out. */
function legibleLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => /\p{L}{3}|\d{2}/u.test(line))
    .join('\n');
}

/** The look that was asked for did not take place: nothing to look with, or it broke. */
function hasNot(
  step: 'detect' | 'ocr',
  { analysis, missing = [] }: { analysis: { steps: { step: string; status: string }[] }; missing?: string[] },
): boolean {
  return missing.includes(step) || analysis.steps.some((each) => each.step === step && each.status === 'failed');
}

/** A job broke: what it was to tell stays untold. */
export function giveUp(turn: Turn, job: PictureJob): void {
  const lost = job === 'vision.detect' ? 'detect' : 'ocr';
  for (const seen of turn.state.pictures.seen) if (seen.needs.includes(lost)) seen.missing.push(lost);
}

/** The pictures are answered: remembered to tell repetitions by. */
export function rememberPictures(turn: Turn): void {
  const { pictures: photo } = turn.state;
  const fresh = photo.seen.flatMap(({ fileId, hash }) => (hash ? [{ fileId, hash }] : []));
  const kept = photo.earlier.filter(({ fileId }) => !fresh.some((each) => each.fileId === fileId));
  photo.earlier = [...kept, ...fresh].slice(-EARLIER_LIMIT);
  photo.premises = photo.seen
    .filter(({ kind, isElsewhere }) => kind === 'photo' && !isElsewhere)
    .map(({ fileId }) => fileId);
  photo.looking = [];
  photo.told = {};
  stopTimers(turn);
}

function seenOf(turn: Turn, fileId: string): SeenPicture | undefined {
  return turn.state.pictures.seen.find((picture) => picture.fileId === fileId);
}
