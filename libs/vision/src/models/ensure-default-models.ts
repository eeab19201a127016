import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type BuiltModel, buildDefaultModels, hasDefaultModels } from './default-models.js';
import { ModelFolder } from './model-folder.js';

const WORKER_FILE = path.join(import.meta.dirname, 'build-worker.js');

/**
 * Brings the default models into `<dataDir>/models` without holding the event loop, so that `npm start` works with no step
 * before it. Returns at once (with null) when they are there. Never downloads. Throws what building throws; a package that is
 * not installed makes its model `unavailable` instead.
 */
export async function ensureDefaultModels(
  dataDir: string,
  { log = () => {} }: { log?: (message: string) => void } = {},
): Promise<BuiltModel[] | null> {
  const folder = ModelFolder.of(dataDir);
  if (await hasDefaultModels(folder)) return null;
  // Run from TypeScript sources (vitest) there is no compiled thread: it is done here.
  if (!existsSync(WORKER_FILE)) return buildDefaultModels(folder, { log });
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_FILE, { workerData: { folder: folder.folder }, execArgv: [] });
    worker.on('message', (message: { log: string } | { built: BuiltModel[] }) => {
      if ('log' in message) log(message.log);
      else resolve(message.built);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that builds models stopped with code ${code}`)));
  });
}
