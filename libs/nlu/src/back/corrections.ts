import type { Utterance } from '../utterance/utterance.js';

/**
 * Corrections told by what is put right rather than by a fixed wording: a contrast, a replacement or a contradiction counts only when
 * it names a value that an earlier answer could have held.
 */

/** A value some slot holds: a figure, a kind, a deal, a class, a place, a period. Anchored at the start of a word. */
const VALUE =
  '(?:\\d|ноль|один |одна |дв[аеу]|тр[иеё]|четыр|пят|шест|сем[ьи]|восем|девят|десят|сорок|сто |ста |двест|трист|полтор|тысяч|миллион|млн|лям|пол |офис|склад|магазин|торгов|ритейл|стрит|свободн|аренд|снять|снима|сниму|купи|покуп|купл|продаж|продат|инвест|для себя|цао|сао|свао|вао|ювао|юао|юзао|зао|сзао|центр|класс|этаж|перв|втор|третий|месяц|год|квартал|метр|квадрат|готов|стро|отделк|ремонт|бетон|шелл|[а-я]{3,}(?:ская|ской|скую|ский) )';
/** The answers a client may put right by name. */
const NAMED =
  '(?:площад|метраж|квадратур|бюджет|цен|стоимост|сумм|ставк|район|округ|локаци|метро|станци|класс|этаж|отделк|срок|тип|сделк|телефон|номер|имя|имен[иае]|фамили|почт|мап|ндс|график|адрес)[а-я]*';

/** Words after «нет, » that only lead to the value. */
const LEAD =
  '(?:мне |нам |я |мы |у меня |у нас |это |там |нужен |нужна |нужно |надо |на |у |в |до |от |около |все же |все таки |лучше |именно )*';

/** What is dropped and what takes its place, both named: no model need be asked. */
const REPLACEMENTS: readonly RegExp[] = [
  new RegExp(
    ` (?:забудь|забудьте|забудем) (?:про |о |об |за )?(?:[а-я0-9]+ ){1,4}(?:нужн[а-я]+|нужен|надо|давай|давайте|хочу|хотим|лучше|теперь|требу[а-я]+) (?:в |на |у )?${VALUE}`,
  ),
  new RegExp(
    ` (?:стоп|ой|погоди|погодите|подождите|стойте|упс|нет) (?:в |на |у |до |от )?${VALUE}[а-я0-9]* (?:а )?не (?:в |на |у |до |от )?${VALUE}`,
  ),
  new RegExp(
    ` не (?:слуша|чита|учитыва|смотри)[а-я]+ (?:на )?(?:то что |мой |мое )?(?:прошл|прежн|предыдущ|старо|ранее|раньше)[а-я]* (?:[а-я]+ ){0,2}(?:${NAMED} )?${VALUE}`,
  ),
  new RegExp(
    ` (?:требу[а-я]+|нужн[а-я]+|нужен|надо) (?:до |от |около )?${VALUE}[а-я0-9]* (?:[а-я0-9]+ ){0,3}вместо ${VALUE}`,
  ),
];

const NAMED_CORRECTIONS: readonly RegExp[] = [
  / (?:исправляюсь|исправлюсь|поправляюсь) /,
  new RegExp(` не (?:в |на |у )?${VALUE}[а-я0-9]* (?:метров |млн )?(?:мне|нам|нужен|нужна|нужно|надо) ${VALUE}`),
  new RegExp(
    ` ${NAMED} (?:вырос|выросла|увеличил|сократил|урезал|уменьшил|снизил|повысил|поднял)[а-я]* (?:до|на|теперь) `,
  ),
  /^ (?:нет |ой |хотя )?скорее \d/,
  new RegExp(
    ` ${NAMED} (?:все же |все таки |всетаки |уже |теперь |ныне |станет |стал[а-я]* )(?:в |на |у |до |от )?[а-я0-9]{1,}`,
  ),
  new RegExp(` (?:в|с|со|по) ${NAMED} (?:ошибка|ошибочка|опечатка|неточность|неверно)`),
  new RegExp(
    ` (?:неверно|неправильно|не верно|не правильно|ошибочно|не так|криво) (?:указан|записан|введен|стоит|внесен|посчитан)[а-яо]* ${NAMED} `,
  ),
  new RegExp(
    ` (?:неверно|неправильно|не правильно|не верно|не так) (?:у (?:меня|нас) |мне |нам |нужен |нужна |нужно |надо )+${VALUE}`,
  ),
  / (?:надо|нужно) было (?:указать|написать|выбрать|поставить|сказать) /,
  / (?:не то|не ту|не тот|не те|неверно|неправильно|криво) (?:я )?(?:указал|написал|ввел|выбрал|поставил|вписал|назвал|отметил)[а-я]* /,
  new RegExp(` (?:вообще то|на самом деле|ой нет|а нет|хотя нет|ой не|ах нет) (?:я |мы )?(?:про |о |об |за )?${VALUE}`),
  new RegExp(
    ` (?:передумал|передумала|передумали) (?:давай|давайте|хочу|хотим|пусть|лучше|нужн[а-я]+|теперь) (?:будет |в |на )?${VALUE}`,
  ),
  new RegExp(` не (?:в|на|у)? ?${NAMED.replace('(?:', '(?:аренд|продаж|покупк|')} (?:а|нужн|надо)[а-я]* `),
  / (?:вы )?ошиблись (?:площад|бюджет|район|метраж|нам|мне|у|там|это)/,
];

/** «нет, класс А», «нет, метраж 300», «нет, офис»: a short contradiction followed by the value. */
const CONTRADICTION = new RegExp(
  `^ (?:нет|не|неверно|неправильно|не правильно|не верно|не то) ${LEAD}(?:${NAMED} (?:[а-я]+ )?|)(?:${VALUE}|[abcавс] )`,
);
const CHANGE =
  / (?:замени|замените|поменяй|поменяйте|смени|смените|исправь|исправьте|измени|измените) (?:[а-я]+ ){1,3}на /;
const DROP =
  / (?:забудь|забудьте|убери|уберите|добавь|добавьте|исключи|исключите|вычеркни|вычеркните|уберем|добавим) (?:про |еще |тоже |также |пожалуйста |метро |станцию |район |из списка )*$/;

/** Changes of the world, not of an answer. */
const ELSEWHERE =
  /планировк|назначени|арендатор|собственник|каникул|в тексте|в договор|на сайте|рубли|доллар|валют|окна|лифт|кондиц|вентиляц|мир |паспорт|тариф|провайдер|вывеск/;
const ASKING =
  /^ (?:а |и |так )?(?:кто|почему|зачем|чем|что лучше|какой|какая|какое|какие|сколько|где|когда|есть|бывает|меняли)/;
/** Politeness asks too: «можно поменять бюджет?», «а давайте 150?». */
const POLITE =
  / (?:как (?:изменить|поменять|исправить|сменить)|можно|могу|можем|можете|могли бы|давай|давайте|поменяете|измените|исправите|поправите|нельзя ли|пусть|лучше|ошибся|ошиблась|перепутал[а-я]*|не [^ ]+ (?:[^ ]+ )?а) /;
/** «бюджет можно обсудить?», «можно увеличить каникулы?» ask; the object of a polite change is an answer of the client. */
const OBJECT = new RegExp(
  ` (?:${NAMED}|услови[а-я]*|параметр[а-я]*|ответ[а-я]*|данн[а-я]*|запрос[а-я]*|критери[а-я]*|фильтр[а-я]*|выбор[а-я]*) |\\d|${VALUE}`,
);
/** «не срочно, а просто смотрим», «не дорого, а рядом»: a manner is contrasted, not a value. */
const MANNER = / не (?:[а-я]{3,}о|первый|последний|сразу|завтра|сегодня|просто|для|из|потому) (?:[а-я]+ ){0,2}а /;

/** Whether the next word after a match names a place: capital in the original, as «Сокол» is. */
function properAfter({ words, flat }: Utterance, pattern: RegExp): boolean {
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    if (!word?.capital || word.form.length < 3) continue;
    const before = ` ${words
      .slice(0, i)
      .map(({ form }) => form)
      .join(' ')} `;
    if (pattern.test(before) && flat.startsWith(before)) return true;
  }
  return false;
}

const AFTER_NAME = new RegExp(` ${NAMED} (?:не|же|все же|все таки|другое|теперь|уже|только) $`);
const AFTER_NOT = /^ (?:нет|ой) не (?:на |у |в )?[а-я]{3,} $/;
const AFTER_NO = /^ нет (?:метро |станция |район |это |на |у |в )*$/;
const BUT_NAME = new RegExp(` (?:только|кроме|но) ${NAMED} $`);
const TO_NAME =
  / (?:замени|замените|поменяй|поменяйте|смени|смените|исправь|исправьте|измени|измените) (?:[а-я]+ ){1,4}на $/;

/** Corrections that need a value or a name to be told from ordinary talk. */
export function namesCorrectedValue(utterance: Utterance): boolean {
  const { flat, words } = utterance;
  if (ELSEWHERE.test(flat)) return false;
  if (NAMED_CORRECTIONS.some((pattern) => pattern.test(flat)) || replaces(utterance)) return true;
  if (CHANGE.test(flat) && (OBJECT.test(flat) || properAfter(utterance, TO_NAME))) return true;
  const contradicts = words.length <= 7 && words[1]?.afterPause === true && CONTRADICTION.test(flat);
  return (
    contradicts ||
    [AFTER_NAME, AFTER_NOT, AFTER_NO, BUT_NAME, TO_NAME, DROP].some((pattern) => properAfter(utterance, pattern))
  );
}

const AMAZED = new RegExp(`^ (?:а |да |ну )?(?:какая|какой|какое|какие) ${VALUE}[а-я0-9]* $`);
const INSTEAD = new RegExp(
  `^ (?:я|мы|мне|нам|меня|у меня|у нас) (?:же |ведь |нужен |нужн[а-я]+ |надо |хочу |хотим )*${VALUE}`,
);

/** «какая аренда, я покупаю»: amazement at a value, then the right one after a pause. */
function isAmazed({ words, question }: Utterance): boolean {
  const pause = words.findIndex(({ afterPause }, i) => i > 0 && afterPause);
  if (pause < 2 || pause > 4 || question) return false;
  const flat = (from: number, to?: number): string =>
    ` ${words
      .slice(from, to)
      .map(({ form }) => form)
      .join(' ')} `;
  return AMAZED.test(flat(0, pause)) && INSTEAD.test(flat(pause));
}

/** Whether a message names both the value that is dropped and the one that takes its place. */
export const replaces = (utterance: Utterance): boolean =>
  REPLACEMENTS.some((pattern) => pattern.test(utterance.flat)) || isAmazed(utterance);

const DECLARATION = new RegExp(
  `^(?: ${NAMED} (?:до |от |около |примерно )?[\\d.,]+(?: (?:м|м2|кв|метр[а-я]*|квадрат[а-я]*|млн|миллион[а-я]*|тыс|тысяч[а-я]*|руб[а-я]*))*){2,} $`,
);

/** «площадь 150, бюджет 3 млн»: two answers at once, each named, put nothing right. */
export const declares = ({ flat }: Utterance): boolean => DECLARATION.test(flat);

/** Questions and talk of other things that only look like a correction. */
export function isNoCorrection(utterance: Utterance): boolean {
  const { flat } = utterance;
  if (isAmazed(utterance)) return false;
  if (
    /^ (?:а )?друг(?:ое|ой|ие|ая|ую) (?:помещени|офис|склад|здани|предложени|объект|лот|вариант|менеджер|фото)[а-я]* /.test(
      flat,
    )
  )
    return true;
  if (/ ошиб(?:ся|лась|лись) (?:[а-я]+ )?(?:двер|этажом|адресом|номером)/.test(flat)) return true;
  const figure = /\d/.test(flat);
  if (ELSEWHERE.test(flat) && !figure) return true;
  if (ASKING.test(flat) && !/ (?:изменить|поменять|исправить|сменить|скорректировать) /.test(flat)) return true;
  if (MANNER.test(flat) && !/ (?:сто|много|мало|этаж) /.test(flat)) return true;
  if (/ а не (?:первый|последний|сразу|просто) /.test(flat)) return true;
  if (/ (?:точнее|поточнее) (?:скаж|можете|можно|подскаж|опиш|расскаж)| можно (?:поточнее|точнее) /.test(flat))
    return true;
  if (
    / вместо /.test(flat) &&
    !new RegExp(` вместо (?:[а-я]+ )?${VALUE}`).test(flat) &&
    !properAfter(utterance, / вместо $/)
  )
    return true;
  return utterance.question && !(POLITE.test(flat) && OBJECT.test(flat)) && !/ не [^ ]+ (?:[^ ]+ )?а /.test(flat);
}
