import type { Word } from '../utterance/utterance.js';
import { longestAt } from './gazetteer.js';
import { DISTRICT_WORD, IN, METRO, NEAR, ON } from './leads.js';

/** Whether the place is taken back: «не Выхино», «кроме Выхино», «вместо Павелецкой». */
export function isNegated(words: readonly Word[], i: number): boolean {
  for (let j = i - 1; j >= Math.max(0, i - 4); j--) {
    const word = words[j];
    if (!word) return false;
    if (word.form === 'насчет' && /^(?:передумал|раздумал)/.test(words[j - 1]?.form ?? '')) return true;
    if (word.form === 'не')
      return words[j + 1]?.form !== 'дальше' && words[j + 1]?.form !== 'далеко' && words[j + 1]?.form !== 'более';
    if (
      /^(?:кроме|вместо|без|исключая|убираем|уберите|убери|убрать|уберем|исключите|исключаем|вычеркните)$/.test(
        word.form,
      )
    )
      return true;
    if (words[j + 1]?.afterPause) return false;
    if (
      !METRO.has(word.form) &&
      !NEAR.has(word.form) &&
      !ON.has(word.form) &&
      !IN.has(word.form) &&
      !DISTRICT_WORD.test(word.form)
    )
      return false;
  }
  return false;
}

/** «Сокол не надо», «Выхино не предлагайте»: the place is refused after its name. */
export function isRefused(words: readonly Word[], next: number): boolean {
  if (words[next]?.afterPause) return false;
  if (
    /^(?:исключ(?:аем|ите|им|ить)|вычеркн(?:ите|и|ем)|уберите|убираем|убери|отпада(?:ет|ют)|отменя(?:ется|ем))$/.test(
      words[next]?.form ?? '',
    )
  )
    return true;
  const at = /^(?:просьба|прошу|пожалуйста)$/.test(words[next]?.form ?? '') ? next + 1 : next;
  if (words[at]?.form !== 'не') return false;
  return /^(?:над[ао]|нуж(?:ен|на|но|ны)|(?:предлага|присыла)(?:ть|й|йте)|интересу(?:ет|ют)|подход(?:ит|ят)|рассматрива(?:ю|ем))$/.test(
    words[at + 1]?.form ?? '',
  );
}

/** Words of sitting somewhere now, before the name of the place. */
const SITTING = /^(?:сейчас|сидим|сижу|находимся|располагаемся|съезжаем|съезжаю|уезжаем)$/;
const SEEKING = /^(?:ищ(?:у|ем|ите)|нуж(?:ен|на|но)|хо(?:чу|тим)|подбер(?:и|ите)|надо|подыскива(?:ю|ем))$/;

/** «мы сейчас на Соколе, ищем на Белорусской»: the place that is left, when another clause says what is looked for. */
export function isLeft(words: readonly Word[], first: number): boolean {
  let start = first;
  while (start > 0 && !words[start]?.afterPause) start--;
  const before = words.slice(start, first);
  if (!before.some(({ form }) => SITTING.test(form)) || before.some(({ form }) => SEEKING.test(form))) return false;
  const pause = words.findIndex(({ afterPause }, i) => i > first && afterPause);
  if (pause < 0) return false;
  const seeks = words.findIndex(({ form }, i) => i >= pause && SEEKING.test(form));
  return seeks >= 0 && words.slice(seeks).some((_, n) => longestAt(words, seeks + n) !== undefined);
}
