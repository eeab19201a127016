/** They answered no: the request itself is wrong or not allowed; repeating it unchanged will not help. */
export class CrmRefusedError extends Error {
  override readonly name = 'CrmRefusedError';

  constructor(
    readonly status: number,
    readonly operation: string,
    /** Stable part of their answer: an error code or title; never our request. */
    readonly reason: string,
  ) {
    super(`amoCRM refused ${operation}: ${status} ${reason}`);
  }
}

/** No answer, or an answer that says "not now": whether the request took effect is unknown unless `committed` is false. */
export class CrmNoAnswerError extends Error {
  override readonly name = 'CrmNoAnswerError';

  constructor(
    readonly operation: string,
    readonly reason: 'timeout' | 'network' | 'overloaded' | 'unavailable',
    /** Milliseconds the peer asked us to wait, when it did. */
    readonly retryAfterMs: number | null,
    /** False when the peer certainly did not carry the request out (429, limiter). */
    readonly maybeCommitted: boolean,
    cause?: unknown,
  ) {
    super(`no answer from amoCRM to ${operation}: ${reason}`, { cause });
  }
}
