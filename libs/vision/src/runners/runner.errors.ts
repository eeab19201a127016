/** No model of this id can be run here: its capability is unavailable, the step is skipped. */
export class ModelMissingError extends Error {
  override readonly name = 'ModelMissingError';
  readonly code = 'model-missing';

  constructor(readonly modelId: string) {
    super(`model ${modelId} is not there`);
  }
}

/** Too many runs wait already. */
export class ModelBusyError extends Error {
  override readonly name = 'ModelBusyError';
  readonly code = 'model-busy';
  readonly retryable = true;

  constructor(
    readonly modelId: string,
    /** When a place is likely to be free, milliseconds from now. */
    readonly retryAfterMs: number,
  ) {
    super(`model ${modelId} is busy for about ${retryAfterMs} ms`);
  }
}

/** The run has not ended by its deadline, not even the second time. */
export class ModelTimeoutError extends Error {
  override readonly name = 'ModelTimeoutError';
  readonly code = 'model-timeout';
  readonly retryable = true;

  constructor(
    readonly modelId: string,
    readonly deadlineMs: number,
  ) {
    super(`model ${modelId} has not answered in ${deadlineMs} ms`);
  }
}

/** The model was asked and could not answer: a wrong input, a broken file, a server's error. */
export class ModelFailedError extends Error {
  override readonly name = 'ModelFailedError';
  readonly code = 'model-failed';

  constructor(
    readonly modelId: string,
    reason: string,
    /** True when the same run may succeed later: the thread or the server went away. */
    readonly retryable = false,
    options?: ErrorOptions,
  ) {
    super(`model ${modelId} failed: ${reason}`, options);
  }
}
