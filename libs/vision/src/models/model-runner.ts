/** Dense numbers in row-major order. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** Runs models by their id in the manifest; where (a thread of ours, a server) is its own affair. */
export interface ModelRunner {
  /** `id@sha12` when the model can be run, null when it is missing. */
  version(modelId: string): string | null;
  /** Throws ModelMissingError, ModelBusyError (with a retry hint), ModelTimeoutError, ModelFailedError. */
  run(modelId: string, inputs: Readonly<Record<string, Tensor>>, signal?: AbortSignal): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}
