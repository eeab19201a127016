import type { Back } from '../types.js';

/** The order of the classes in back-model.json. */
export const BACKS: readonly Back[] = ['none', 'step', 'correct'];
