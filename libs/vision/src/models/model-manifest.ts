export type ModelTask = 'features' | 'probe' | 'detect' | 'unsafe' | 'segment' | 'describe' | 'ocr';

/** One model of the manifest: `models/manifest.json` in the data directory, checked when a worker starts. */
export interface ModelEntry {
  id: string;
  version: string;
  task: ModelTask;
  format: 'onnx' | 'probe';
  precision: 'fp32' | 'fp16' | 'int8';
  file: string;
  bytes: number;
  sha256: string;
  licence: string;
  /** True when the licence of the weights could not be verified: the operator is told. */
  licenceUnverified?: boolean;
  source: { package?: string; version?: string; path?: string; url?: string; script?: string };
  input: { name: string; layout: 'NHWC' | 'NCHW'; width: number; height: number; mean: number[]; std: number[] };
  outputs: { name: string; meaning: string }[];
  labels?: string[];
  preload: boolean;
  idleUnloadMs: number;
  maxBatch: number;
  minRamMb: number;
  /** Longest time one run may take, milliseconds; 30 s when absent. */
  deadlineMs?: number;
  /** Id of the model of the same task and outputs that this one may stand in for, in another precision. */
  variantOf?: string;
  /** Seeded weights of a test; refused in production. */
  fixture?: boolean;
}

export interface ModelManifest {
  models: ModelEntry[];
}
