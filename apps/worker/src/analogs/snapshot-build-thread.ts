// Builds one snapshot of the lots and ends. A thread of its own: reading a million buildings takes minutes of CPU, which searches
// must not wait for. What it hands over lies in shared memory.
import { parentPort, workerData } from 'node:worker_threads';
import { buildSnapshotParts, openCatalogueStore } from '#libs/estates';
import { createLogger, createPool } from '#libs/platform';
import type { AnalogThreadData } from './analog-task.js';

const { databaseUrl, catalogue: settings, logLevel } = workerData as AnalogThreadData;
const logger = createLogger({ level: logLevel, app: 'analogs-build' });
const pool = createPool({ url: databaseUrl, app: 'wewall-analogs-build', logger, max: 2 });
const store = await openCatalogueStore(settings, pool, logger);
try {
  parentPort?.postMessage(await buildSnapshotParts(store.catalogue));
} finally {
  await store.close();
  await pool.end();
}
