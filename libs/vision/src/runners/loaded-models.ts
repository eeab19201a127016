import type { InferenceWorker } from './inference-worker.js';

/** A loaded copy of a model. */
export interface LoadedCopy {
  worker: InferenceWorker;
  version: string;
  bytes: number;
  usedAt: number;
}

/** Copies of models that workers hold, counted by the bytes of their files. */
export function loadedCopies(workers: readonly InferenceWorker[], bytesOf: (version: string) => number): LoadedCopy[] {
  return workers.flatMap((worker) =>
    [...worker.loaded].map(([version, usedAt]) => ({ worker, version, bytes: bytesOf(version), usedAt })),
  );
}

/**
 * Which copies to release so that `bytes` more fit into the budget: the least recently used ones of workers that are free.
 * Null when there is no way now.
 */
export function evictionsFor(copies: readonly LoadedCopy[], bytes: number, budgetBytes: number): LoadedCopy[] | null {
  let excess = copies.reduce((sum, copy) => sum + copy.bytes, bytes) - budgetBytes;
  const evictions: LoadedCopy[] = [];
  for (const copy of copies.filter(({ worker }) => !worker.busy).sort((a, b) => a.usedAt - b.usedAt)) {
    if (excess <= 0) break;
    evictions.push(copy);
    excess -= copy.bytes;
  }
  return excess > 0 ? null : evictions;
}
