import { recapLine } from '../form/answers.js';
import type { FormScenario } from '../form/form-scenario.js';
import { type FormName, isFormName } from '../node-names.js';
import type { Turn } from '../turn.js';
import { CONTACT } from './contact/contact.scenario.js';
import { FINANCE } from './finance/finance.scenario.js';
import { SEARCH } from './search/search.scenario.js';
import { VALUATION } from './valuation/valuation.scenario.js';

/** The scenarios that collect answers. */
export const FORM_SCENARIOS: Readonly<Record<FormName, FormScenario>> = {
  search: SEARCH,
  valuation: VALUATION,
  finance: FINANCE,
  contact: CONTACT,
};

/** What the form the client is in has collected; empty outside forms. */
export function recapOfKeptForm(turn: Turn): string {
  const { scenario } = turn.state;
  if (!scenario || !isFormName(scenario)) return '';
  return recapLine(FORM_SCENARIOS[scenario].definition, turn.form(scenario));
}
