import { parentPort } from 'node:worker_threads';
import { buildKdPartition } from './kd-tree.js';
import type { ColumnBuffers } from './lot-columns.js';

// Runs in a worker thread: one partition in, one partition out, both in shared memory.
parentPort?.once('message', (rows: ColumnBuffers) => parentPort?.postMessage(buildKdPartition(rows)));
