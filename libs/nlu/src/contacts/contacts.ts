import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Entity } from '../entities/entity.js';
import type { SlotSpan, UnderstandingContext } from '../types.js';
import { fold, type Utterance } from '../utterance/utterance.js';
import { FIRST_NAMES } from './first-names.js';

export interface Contacts {
  name?: string;
  /** E.164. */
  phone?: string;
  /** In the client's words. */
  preferredTime?: string;
  spans: SlotSpan[];
}

const NAME_CUE =
  /(?<![а-яa-z])(?:меня зовут|зовут меня|мое имя|имя|это|звать меня|обращайтесь ко мне|я)(?: -| —|:)? ([а-я]{2,20}(?:-[а-я]{2,20})?(?: [а-я]{2,20}){0,2})(?![а-я])/;
/** «меня зовут не Олег, а Игорь»: the second name is the right one. */
const NAME_INSTEAD = /(?:меня зовут|зовут меня|мое имя|имя|звать меня) не [а-я]{2,20},? а ([а-я]{2,20})(?![а-я])/;
const STRONG_NAME_CUE = /(?:меня зовут|зовут меня|мое имя|имя|звать меня|обращайтесь ко мне)/;
const PERSON = /^[А-ЯЁ][а-яё]{1,19}(?:-[А-ЯЁ][а-яё]{1,19})?(?: [А-ЯЁ][а-яё]{1,19}){0,2}$/;
const NAME_STOP =
  /^(?:и|мой|моя|телефон|номер|тел|я|хочу|нужен|нужно|ищу|звоните|перезвоните|из|не|по|с|мне|для|компания|а|можно|удобно|пишу|представляю|директор|собственник|тоже|просто|сам|вот|завтра|сегодня|офис|склад)$/;
const NOT_NAME =
  /^(?:да|нет|привет|здравствуйте|офис|склад|магазин|метро|назад|меню|ок|спасибо|хорошо|не|москва|центр|добрый|доброе|аренда|покупка|ищу|хочу|пропустить|зачем|не важно|потом|без имени|никак|а зачем|любой|сегодня|завтра|позже|стоп|нужен|куплю|сниму|звон[а-я]*|перезвон[а-я]*|позвон[а-я]*|наб[еи]р[а-я]*|пиш[а-я]*|жду|связ[а-я]*|телефон|контакт[а-я]*|номер)(?: |$)/;
const TIME =
  /(?<![а-яa-z])(?:(?:завтра|сегодня|послезавтра|в понедельник|во вторник|в среду|в четверг|в пятницу|в субботу|в воскресенье|в будни|по будням|в выходные|на следующей неделе|на этой неделе|в течение дня|в течении дня)(?: (?:утром|днем|вечером|с утра|в обед|до обеда|после обеда|(?:после|до|в|к|с|около|часов в|где то в) \d{1,2}(?:[:.]\d{2})?(?: до \d{1,2}(?:[:.]\d{2})?)?(?: (?:час[а-я]*|утра|дня|вечера))*))*|(?:утром|днем|вечером|с утра|до обеда|после обеда|в обед)(?: (?:после|до|в|с) \d{1,2}(?:[:.]\d{2})?)?|(?:в|после|до|с|к|около) \d{1,2}[:.]\d{2}(?: до \d{1,2}[:.]\d{2})?|(?:в|после|до|с|к|около) \d{1,2}(?: до \d{1,2})? (?:час[а-я]*|утра|дня|вечера)|с \d{1,2}(?:[:.]\d{2})? до \d{1,2}(?:[:.]\d{2})?(?! ?(?:м|млн|тыс|кв|руб|лям|%))|в рабочее время|в рабочие часы|в нерабочее время|в любое время|когда угодно|в ближайшее время|как можно скорее|прямо сейчас|через (?:час|полчаса|пару часов|\d+ (?:минут|час)[а-я]*))(?![а-я])/;
/** An hour in words or digits; «после 18» needs a word of calling right before it. */
const HOUR =
  '(?:[01]?\\d|2[0-4])(?:[:.]\\d{2})?(?![\\d.,]*\\d)|часа|двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|одиннадцати|двенадцати|час|два|три|четыре|пять|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать';
const TIME_OF_CALL = new RegExp(
  `(?:звон|набер|набир|созвон|связ|свяж|жду|удобно|встре|подъед)[а-я]*(?: (?:мне|лучше|можно|пожалуйста|нам|со мной|сегодня|завтра))* ((?:после|до|в|к|с|около|часов в|часа в) (?:${HOUR})(?: до (?:${HOUR}))?(?: (?:час[а-я]*|утра|дня|вечера))?)(?![а-я]| ?(?:м|млн|тыс|кв|руб|лям|%|этаж))`,
);
const CALL = / (?:звон|позвон|перезвон|набер|созвон|связ|свяж|удобно|время|встреч|просмотр|показ|жду|звоните|запиш)/;

function phoneOf(text: string, entities: readonly Entity[]): { value: string; start: number; end: number } | undefined {
  for (const entity of entities.filter(({ type }) => type === 'phone').slice(0, 3)) {
    const parsed =
      parsePhoneNumberFromString(entity.value, 'RU') ??
      parsePhoneNumberFromString(text.slice(entity.start, entity.end), 'RU');
    if (parsed?.isPossible()) return { value: parsed.number, start: entity.start, end: entity.end };
  }
  return undefined;
}

const NAME_AND_PATRONYMIC = '([А-ЯЁ][а-яё]+(?: [А-ЯЁ][а-яё]+(?:вич|вна|чна|ьич))?)(?![а-яё])';
/** «я Галина Ивановна, …», «это Артём из …», «Я Татьяна.» */
const INTRODUCED = new RegExp(
  `(?<![а-яё])(?:[Яя]|[Ээ]то|[Сс] вами|[Пп]ишет|[Бб]еспокоит) ${NAME_AND_PATRONYMIC}(?! ?[-—])`,
  'g',
);
/** A sentence of its own («Фёдор.»), or a name with its patronymic and what the person is («…, 60 лет», «…, офис-менеджер»). */
const SIGNED = new RegExp(
  `(?<=^|[.!?]\\s)${NAME_AND_PATRONYMIC}(?=\\s*(?:[.!]|$)|, (?:\\d|офис-менеджер|директор|ип |собственник|компания|ооо|инвестор|предпринимател|риелтор|брокер|управляющ))`,
  'g',
);
/** «Аренда. Склад 250 м. Алексей 8 977 …» */
const BEFORE_PHONE = new RegExp(`(?<=[.,;!?]\\s)${NAME_AND_PATRONYMIC}[\\s,:;–—-]*$`, 'g');

/** «меня Наталья зовут», «Алексей меня зовут». */
const CALLED = new RegExp(
  `(?:меня ${NAME_AND_PATRONYMIC} зовут|${NAME_AND_PATRONYMIC} (?:меня зовут|зовут меня))`,
  'g',
);

/** A common first name in a place where people give theirs. */
function introducedName({ text, words }: Utterance, phone: { start: number } | undefined) {
  if (!words.some(({ form, capital }) => capital && FIRST_NAMES.has(form))) return undefined;
  const lead = phone === undefined ? '' : text.slice(0, phone.start);
  for (const match of [
    ...text.matchAll(INTRODUCED),
    ...text.matchAll(CALLED),
    ...text.matchAll(SIGNED),
    ...lead.matchAll(BEFORE_PHONE),
  ]) {
    const name = match[1] ?? match[2] ?? '';
    if (!FIRST_NAMES.has(fold(name.split(' ')[0] ?? ''))) continue;
    const start = match.index + match[0].indexOf(name);
    return { value: name, start, end: start + name.length };
  }
  return undefined;
}

function nameOf(utterance: Utterance, expected: boolean, phone: { start: number; end: number } | undefined) {
  const { text, folded } = utterance;
  const instead = /зовут|имя|звать/.test(folded) ? NAME_INSTEAD.exec(folded) : null;
  if (instead?.[1] !== undefined) {
    const end = instead.index + instead[0].length;
    const start = end - instead[1].length;
    const said = text.slice(start, end);
    return { value: said.charAt(0).toUpperCase() + said.slice(1), start, end };
  }
  const cue =
    /зовут|имя|звать|обращайтесь/.test(folded) || phone !== undefined || expected ? NAME_CUE.exec(folded) : null;
  if (cue?.[1]) {
    const strong = STRONG_NAME_CUE.test(cue[0]);
    const start = cue.index + cue[0].length - cue[1].length;
    const words: string[] = [];
    let end = start;
    for (const part of cue[1].matchAll(/\S+/g)) {
      const original = text.slice(start + part.index, start + part.index + part[0].length);
      if (NAME_STOP.test(part[0])) break;
      if ((!strong || words.length > 0) && !/^[А-ЯЁ]/.test(original)) break;
      words.push(original);
      end = start + part.index + part[0].length;
    }
    const name = words.join(' ');
    if (name && (strong || PERSON.test(name)) && (strong || phone !== undefined || expected))
      return { value: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' '), start, end };
  }
  if (phone !== undefined) {
    // «Иван, +7 916 …»: capitalised words alone before the number.
    const lead = text
      .slice(0, phone.start)
      .replace(/[\s,]*(?:мой |мой номер |номер )?(?:телефон|номер|тел|моб)\.?[\s:]*$/i, '');
    const before = /^\s*([^\d+,;:]{2,60}?)[\s,;:–—-]*$/.exec(lead)?.[1]?.trim();
    const bare = before?.replace(/[,\s]*(?:мой )?(?:телефон|номер|тел)\.?$/i, '').trim();
    if (bare && PERSON.test(bare) && !NOT_NAME.test(bare.toLowerCase())) {
      const start = text.indexOf(bare);
      return { value: bare, start, end: start + bare.length };
    }
  }
  if (phone !== undefined) {
    // «+7 916 …, Сергей»: a common first name right after the number.
    const after = /^[\s,;:()–—-]*([А-ЯЁ][а-яё]+(?: [А-ЯЁ][а-яё]+)?)(?![а-яё])/.exec(text.slice(phone.end));
    const name = after?.[1];
    if (name !== undefined && FIRST_NAMES.has(fold(name.split(' ')[0] ?? ''))) {
      const start = phone.end + (after?.[0].length ?? 0) - name.length;
      return { value: name, start, end: start + name.length };
    }
  }
  const introduced = introducedName(utterance, phone);
  if (introduced !== undefined) return introduced;
  if (expected) {
    const bare = text.trim().replace(/[.,!]+$/, '');
    if (/^[А-ЯЁа-яё-]{2,20}(?: [А-ЯЁа-яё-]{2,20}){0,2}$/.test(bare) && !NOT_NAME.test(bare.toLowerCase())) {
      const start = text.indexOf(bare);
      const value = bare
        .split(' ')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(' ');
      return { value, start, end: start + bare.length };
    }
  }
  return undefined;
}

const NO_CALL = /не (?:надо|нужно|стоит|могу|можно) (?:мне |нам )?(?:звон|набир|беспоко)[^,.;]*/;

function timeOf(all: string): { start: number; end: number } | undefined {
  // «не надо звонить утром, звоните после семи вечера»
  const folded = all.replace(NO_CALL, (clause) => ' '.repeat(clause.length));
  const time = TIME.exec(folded);
  if (time) return { start: time.index, end: time.index + time[0].length };
  const said = TIME_OF_CALL.exec(folded);
  if (said?.[1] === undefined) return undefined;
  const start = said.index + said[0].lastIndexOf(said[1]);
  return { start, end: start + said[1].length };
}

/** Finds the client's name, phone and the time to call. The phone comes from the recognised entities, spoken ones included. */
export function readContacts(
  utterance: Utterance,
  entities: readonly Entity[],
  context: UnderstandingContext = {},
): Contacts {
  const contacts: Contacts = { spans: [] };
  const phone = phoneOf(utterance.text, entities);
  if (phone) {
    contacts.phone = phone.value;
    contacts.spans.push({ slot: 'phone', start: phone.start, end: phone.end });
  }
  const name = nameOf(utterance, context.expects === 'name', phone);
  if (name) {
    contacts.name = name.value;
    contacts.spans.push({ slot: 'name', start: name.start, end: name.end });
  }
  if (context.expects === 'preferredTime' || phone || CALL.test(utterance.flat)) {
    const time = timeOf(utterance.folded);
    if (time) {
      contacts.preferredTime = utterance.text.slice(time.start, time.end);
      contacts.spans.push({ slot: 'preferredTime', ...time });
    }
  }
  return contacts;
}
