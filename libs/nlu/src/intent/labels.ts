import type { Intent } from '../types.js';

/** The order of the classes in intent-model.json. */
export const INTENTS: readonly Intent[] = [
  'search',
  'calculate',
  'value',
  'about',
  'market',
  'manager',
  'restart',
  'menu',
  'contact',
  'other',
];
