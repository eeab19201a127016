// Thread of ensureDefaultModels: converting takes a second or two of computing.
import { parentPort, workerData } from 'node:worker_threads';
import { buildDefaultModels } from './default-models.js';
import { ModelFolder } from './model-folder.js';

const { folder } = workerData as { folder: string };
const built = await buildDefaultModels(new ModelFolder(folder), { log: (log) => parentPort?.postMessage({ log }) });
parentPort?.postMessage({ built });
