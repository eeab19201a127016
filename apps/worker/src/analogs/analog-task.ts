import type { JsonValue } from '#libs/chats';
import type { AdjustmentTable, CatalogueSettings } from '#libs/estates';

/** What the analog thread computes. */
export interface AnalogTask {
  name: 'analogs' | 'valuation';
  payload: JsonValue;
}

/** Errors lose their classes between threads: a refusal travels as an answer. */
export type AnalogAnswer = { result: JsonValue } | { refused: { code: string; message: string; details: JsonValue } };

/** What a thread needs to open the catalogue by itself. */
export interface AnalogThreadData {
  databaseUrl: string;
  catalogue: CatalogueSettings;
  logLevel: string;
  adjustments: AdjustmentTable;
}

/** The lots in use, told by the thread whenever they change. */
export interface SnapshotNews {
  snapshot: { version: string; lots: number; bytes: number };
}

export function isSnapshotNews(message: unknown): message is SnapshotNews {
  return typeof message === 'object' && message !== null && 'snapshot' in message;
}
