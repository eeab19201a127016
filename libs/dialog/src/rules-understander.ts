import { understand } from '#libs/nlu';
import type { Understander } from './ports.js';

/** Understanding by rules alone: the default; `libs/llm` has a cascade with the same shape. */
export const RULES_UNDERSTANDER: Understander = { understand };
