import type { ScenarioName } from '../node-names.js';
import { ABOUT } from './about/about.scenario.js';
import { CONTACT } from './contact/contact.scenario.js';
import { FINANCE } from './finance/finance.scenario.js';
import { formAsScenario } from './form-as-scenario.js';
import { HANDOFF } from './handoff/handoff.scenario.js';
import { MARKET } from './market/market.scenario.js';
import { MENU } from './menu/menu.scenario.js';
import { PHOTO } from './photo/photo.scenario.js';
import { RESTART } from './restart/restart.scenario.js';
import type { Scenario } from './scenario.js';
import { SEARCH } from './search/search.scenario.js';
import { VALUATION } from './valuation/valuation.scenario.js';

/** Every scenario of the dialog. Adding one = a folder, a name in node-names.ts and a line here; the boot check says what is missing. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  menu: MENU,
  about: ABOUT,
  market: MARKET,
  search: formAsScenario(SEARCH, {
    working: ['results', 'empty', 'failed', 'working'],
    results: ['results', 'working', 'confirm'],
    empty: ['working', 'confirm'],
    failed: ['working', 'confirm', 'place'],
  }),
  valuation: formAsScenario(VALUATION, {
    working: ['result', 'failed', 'working'],
    result: ['working', 'confirm'],
    failed: ['working', 'confirm', 'station'],
  }),
  finance: formAsScenario(FINANCE, {
    working: ['result', 'failed', 'working'],
    result: ['working', 'confirm'],
    failed: ['working', 'confirm', 'station'],
  }),
  photo: PHOTO,
  contact: formAsScenario(CONTACT, { done: ['confirm'] }),
  handoff: HANDOFF,
  restart: RESTART,
};
