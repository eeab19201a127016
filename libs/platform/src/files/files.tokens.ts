export type { FileStore } from './file-store.js';

/** Token of the file store chosen by the configuration. */
export const FILE_STORE = Symbol('FileStore');
