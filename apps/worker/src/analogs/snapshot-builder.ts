import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BuiltParts } from '#libs/estates';
import type { AnalogThreadData } from './analog-task.js';

const BUILD_THREAD = path.join(import.meta.dirname, 'snapshot-build-thread.js');

/** Builds a snapshot in a thread that lives as long as that takes. Rejects with the thread's error. */
export function buildInThread(data: AnalogThreadData): Promise<BuiltParts> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(BUILD_THREAD, { workerData: data, execArgv: [] });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the thread that builds the snapshot ended with code ${code}`)));
  });
}
