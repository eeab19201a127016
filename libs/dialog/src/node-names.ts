/** Scenarios of the dialog; each is one node of the graph and one folder of `scenarios/`. */
export const SCENARIO_NAMES = [
  'menu',
  'about',
  'market',
  'search',
  'valuation',
  'finance',
  'photo',
  'contact',
  'handoff',
  'restart',
] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Scenarios that collect answers and keep them while the client is elsewhere. */
export const FORM_NAMES = ['search', 'valuation', 'finance', 'contact'] as const;
export type FormName = (typeof FORM_NAMES)[number];

export function isScenarioName(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}

export function isFormName(name: string): name is FormName {
  return (FORM_NAMES as readonly string[]).includes(name);
}
