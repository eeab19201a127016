export { openProcessors } from './processors.js';
export { openWorker, type WorkerParts } from './worker.js';
