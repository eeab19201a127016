export { openWorker, type WorkerParts } from './worker.js';
