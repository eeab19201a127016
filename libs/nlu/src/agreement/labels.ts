import type { Agreement } from '../types.js';

/** The order of the classes in agreement-model.json. */
export const AGREEMENTS: readonly Agreement[] = ['yes', 'no', 'unclear'];
