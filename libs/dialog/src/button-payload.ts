import { isScenarioName, type ScenarioName } from './node-names.js';

/** A pressed button: `scenario.action` or `scenario.action:argument`. */
export interface ButtonPress {
  scenario: ScenarioName;
  action: string;
  argument: string | undefined;
}

/** What each kind of scenario understands; anything else is an unknown button. */
const ACTIONS = {
  every: ['start'],
  form: ['confirm', 'edit', 'set', 'skip', 'keep', 'back', 'pick', 'retry'],
  search: ['next', 'like', 'other', 'relax', 'model', 'show'],
  finance: ['download', 'analogs'],
  valuation: ['analogs', 'contact'],
  menu: ['quiet'],
  handoff: ['cancel'],
  photo: ['yes', 'no', 'skip', 'kind', 'fitOut', 'use'],
} as const;

const FORMS: readonly string[] = ['search', 'valuation', 'finance', 'contact'];

/** Null for anything that is not a button of ours. */
export function parsePayload(payload: string): ButtonPress | null {
  const match = /^([a-z]+)\.([a-zA-Z]+)(?::(.{1,60}))?$/u.exec(payload);
  if (!match) return null;
  const [, scenario = '', action = '', argument] = match;
  if (!isScenarioName(scenario)) return null;
  const known: string[] = [
    ...ACTIONS.every,
    ...(FORMS.includes(scenario) ? ACTIONS.form : []),
    ...(scenario in ACTIONS ? (ACTIONS[scenario as keyof typeof ACTIONS] as readonly string[]) : []),
  ];
  return known.includes(action) ? { scenario, action, argument } : null;
}

export function isKnownPayload(payload: string): boolean {
  return parsePayload(payload) !== null;
}
