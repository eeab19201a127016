/** They refused and will refuse again (blocked bot, bad address): the row becomes a dead letter, the lane goes on. */
export class SendRefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SendRefusedError';
  }
}

/** Surely not delivered (connection refused, 5xx that promises it): tried again with growing pauses. */
export class SendUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SendUnavailableError';
  }
}

/** They ask to come again later; does not count as an attempt. */
export class SendRetryAfterError extends Error {
  constructor(readonly retryAfterMs: number) {
    super(`asked to retry after ${retryAfterMs} ms`);
    this.name = 'SendRetryAfterError';
  }
}

/** No answer: it may have been delivered or not. Any other error a sender throws is treated the same. */
export class SendUnknownError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SendUnknownError';
  }
}
