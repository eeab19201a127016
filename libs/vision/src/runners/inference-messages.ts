/** What is asked of an inference host. A model is known by its version, so that two files of one id never meet. */
export type InferenceTask =
  | { kind: 'load'; model: string; file: string; sha256: string; providers: string[]; threads: number }
  | { kind: 'run'; model: string; inputs: Record<string, PlainTensor> }
  | { kind: 'release'; model: string }
  /** Ends the host as soon as what it is doing is done. */
  | { kind: 'end' };

/** Structured-cloneable tensor of 32-bit floats. */
export interface PlainTensor {
  data: Float32Array;
  dims: number[];
}

export type InferenceRequest = { id: number } & InferenceTask;

export type InferenceReply = { id: number; rssBytes: number; ms: number } & (
  | { ok: true; outputs?: Record<string, PlainTensor> }
  | { ok: false; reason: string }
);
