import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildKdPartition, type KdPartition } from './kd-tree.js';
import type { ColumnBuffers } from './lot-columns.js';

/** Rows up to which sorting takes a few milliseconds: not worth a thread. */
const INLINE_ROWS = 2_000;
const WORKER_FILE = path.join(import.meta.dirname, 'kd-worker.js');

/** Sorts a partition in a worker thread. Run from TypeScript sources (vitest) there is no compiled worker: it is sorted here. */
export function buildPartition(rows: ColumnBuffers): Promise<KdPartition> {
  if (rows.length <= INLINE_ROWS || !existsSync(WORKER_FILE)) return Promise.resolve(buildKdPartition(rows));
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_FILE);
    worker.once('message', (partition: KdPartition) => {
      resolve(partition);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the sorting thread stopped with code ${code}`)));
    worker.postMessage(rows);
  });
}
