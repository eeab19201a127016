/** A step could not do its work; what needs it is skipped. */
export class StepError extends Error {
  override readonly name = 'StepError';

  constructor(
    readonly code: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

/** The step is not to be run after all: the reason is only known once it has begun. */
export class StepSkip extends Error {
  override readonly name = 'StepSkip';

  constructor(readonly reason: string) {
    super(reason);
  }
}
