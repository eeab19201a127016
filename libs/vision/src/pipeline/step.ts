/** How one step of the pipeline ended. A failed step stops only the steps that need it. */
export type StepResult<T> = StepMeasure &
  (
    | { status: 'ok'; value: T }
    /** Not run on purpose: the stable reason, as `kind:plan` or `model-missing`. */
    | { status: 'skipped'; reason: string }
    | {
        status: 'failed';
        code: string;
        retryable: boolean;
        /** When another try is likely to do better, milliseconds from now. */
        retryAfterMs?: number;
      }
  );

export interface StepMeasure {
  step: string;
  /** Wall time of the step, milliseconds; of a cached value the time the cache took. */
  ms: number;
  cached: boolean;
  /** What computed it: `id@first 12 hex digits of the file's sha256`. */
  model?: string;
}
