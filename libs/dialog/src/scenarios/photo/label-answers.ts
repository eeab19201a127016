import type { Understanding } from '#libs/nlu';
import type { ImageKind } from '#libs/vision';
import type { FitOutAnswer } from './photo-state.js';

const KIND_ANSWERS: readonly [RegExp, ImageKind][] = [
  [/план|чертеж|чертёж|схем/iu, 'plan'],
  [/документ|договор|объявлен|скрин|выписк|текст/iu, 'document'],
  [/фото|сним|помещени|фасад|здани|офис/iu, 'photo'],
  [/друго|иное|ничего\s+из|ни\s+то/iu, 'other'],
];

const FIT_OUT_ANSWERS: readonly [RegExp, FitOutAnswer][] = [
  [/не\s+помещени|не\s+офис/iu, 'none'],
  [/под\s+отделк|без\s+(?:отделк|ремонт)|бетон|чернов|shell/iu, 'shell'],
  [/частич|предчист|white|вайт|требует\s+ремонт/iu, 'partial'],
  [/готов|чистов|с\s+(?:отделк|ремонт)|въезжай/iu, 'ready'],
];

/** A longer text says more than an answer. */
const WORDS = 6;

const isShort = (text: string) => text.trim().split(/\s+/u).length <= WORDS;

/** «Это план»; undefined = no answer to «что это?». */
export function kindAnswer(text: string): ImageKind | undefined {
  return isShort(text) ? KIND_ANSWERS.find(([pattern]) => pattern.test(text))?.[1] : undefined;
}

/** «Под отделку», «готовое»; undefined = no answer to the question about the state of the premises. */
export function premisesAnswer(text: string, reading: Understanding): FitOutAnswer | undefined {
  return statedFitOut(text) ?? (isShort(text) ? reading.slots.fitOut : undefined);
}

/** The state of premises that a short text names and nothing else. */
export function statedFitOut(text: string): FitOutAnswer | undefined {
  return isShort(text) ? FIT_OUT_ANSWERS.find(([pattern]) => pattern.test(text))?.[1] : undefined;
}
