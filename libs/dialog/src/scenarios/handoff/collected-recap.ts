import { recapLine } from '../../form/answers.js';
import type { FormDefinition } from '../../form/question.js';
import { FORM_NAMES, type FormName } from '../../node-names.js';
import type { Turn } from '../../turn.js';
import { CONTACT_FORM } from '../contact/contact.slots.js';
import { FINANCE_FORM } from '../finance/finance.slots.js';
import { SEARCH_FORM } from '../search/search.slots.js';
import { VALUATION_FORM } from '../valuation/valuation.slots.js';

const FORMS: Record<FormName, { title: string; form: FormDefinition }> = {
  search: { title: 'Подбор', form: SEARCH_FORM },
  valuation: { title: 'Оценка', form: VALUATION_FORM },
  finance: { title: 'Инвестмодель', form: FINANCE_FORM },
  contact: { title: 'Контакт', form: CONTACT_FORM },
};

/** Everything the client has told, one line a form; for the manager. Empty when nothing was collected. */
export function collectedRecap(turn: Turn): string {
  const lines = FORM_NAMES.flatMap((name) => {
    const line = recapLine(FORMS[name].form, turn.form(name));
    return line ? [`${FORMS[name].title}: ${line}`] : [];
  });
  const liked = turn.state.results?.liked ?? [];
  if (liked.length > 0) lines.push(`Понравились лоты: ${liked.join(', ')}`);
  return lines.join('\n');
}
