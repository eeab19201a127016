import { FORM_NAMES, type FormName } from '../node-names.js';
import type { Turn } from '../turn.js';

const RETURN = /верн[её]мся|вернуться|продолж(?:им|ить|аем|ай)/iu;
const NAMED: readonly [RegExp, FormName][] = [
  [/подбор|поиск|лот|помещен|вариант/iu, 'search'],
  [/оценк/iu, 'valuation'],
  [/модел|расч[её]т|доходност/iu, 'finance'],
  [/контакт|телефон/iu, 'contact'],
];

/** «Вернёмся к подбору»: the form with kept answers the client wants back; undefined = nothing of the kind was said. */
export function keptForm(turn: Turn, text: string): FormName | undefined {
  if (!RETURN.test(text)) return undefined;
  const isKept = (name: FormName) => Object.keys(turn.form(name).slots).length > 0;
  const named = NAMED.find(([pattern]) => pattern.test(text))?.[1];
  if (named) return isKept(named) ? named : undefined;
  return FORM_NAMES.find(isKept);
}
