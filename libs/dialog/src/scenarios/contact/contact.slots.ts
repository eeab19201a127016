import type { FormDefinition } from '../../form/question.js';
import { formatPhone } from '../../ru-format.js';
import type { FormSlots } from '../../state.js';

const NAME = /^\p{Lu}?[\p{L}’'-]{1,30}(?:\s+[\p{L}’'-]{1,30}){0,2}$/u;
/** Words that answer something else than «как вас зовут?». */
const NOT_A_NAME =
  /^(?:да|нет|ага|угу|ок|окей|хорошо|ладно|зачем|почему|что|кто|как|где|когда|привет|здравствуйте|спасибо|не\s|никак|потом|позже|шаг|назад|меню|стоп|отмена|лучше|офис|склад)(?:\s|$)/iu;
const FREE_TEXT_LIMIT = 300;

export const CONTACT_FORM: FormDefinition = {
  confirmPhrase: 'contact.confirm',
  questions: [
    {
      step: 'name',
      label: 'Имя',
      slots: ['name'],
      expects: 'name',
      phrase: () => 'contact.ask.name',
      show: ({ name }) => name,
      read: readName,
    },
    {
      step: 'phone',
      label: 'Телефон',
      slots: ['phone'],
      expects: 'phone',
      phrase: () => 'contact.ask.phone',
      missPhrase: 'contact.badPhone',
      show: ({ phone }) => phone && formatPhone(phone),
    },
    {
      step: 'time',
      label: 'Когда удобно',
      slots: ['preferredTime'],
      expects: 'preferredTime',
      skippable: true,
      phrase: () => 'contact.ask.time',
      show: ({ preferredTime }) => preferredTime,
      read: (text) => freeText('preferredTime', text),
    },
    {
      step: 'comment',
      label: 'Комментарий',
      slots: ['comment'],
      expects: 'comment',
      skippable: true,
      phrase: () => 'contact.ask.comment',
      show: ({ comment }) => comment,
      read: (text) => freeText('comment', text),
    },
  ],
};

function readName(text: string): FormSlots | undefined {
  const trimmed = text.trim().replace(/[.!,]+$/u, '');
  if (!NAME.test(trimmed) || NOT_A_NAME.test(trimmed)) return undefined;
  const name = trimmed.replace(/(^|[\s-])\p{Ll}/gu, (letter) => letter.toUpperCase());
  return { name };
}

function freeText(slot: 'preferredTime' | 'comment', text: string): FormSlots | undefined {
  const trimmed = text.trim().slice(0, FREE_TEXT_LIMIT);
  // «нет» and «не важно» leave the question open; they are not a wish.
  if (
    !/\p{L}{2}|\d/u.test(trimmed) ||
    /^(?:нет|не\s?важно|неважно|пропустить|без\s+разницы|любое|вс[её]\s+равно|дальше)[.!\s]*$/iu.test(trimmed)
  )
    return undefined;
  return { [slot]: trimmed };
}
