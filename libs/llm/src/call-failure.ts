import { type LlmFailure, type LlmUsage, NO_USAGE } from './outcome.js';

const OUTAGES: ReadonlySet<LlmFailure> = new Set(['no-answer', 'provider-error', 'rate-limited', 'out-of-time']);

/** One attempt failed, in our terms; never leaves the library. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';

  constructor(
    readonly failure: LlmFailure,
    readonly usage: LlmUsage = NO_USAGE,
    readonly retryAfterMs?: number,
    /** Part of the answer has been handed on: the same question may not be asked again. */
    readonly hasBegun = false,
  ) {
    super(failure);
  }

  /**
   * The endpoint is silent or overloaded: what the circuit breaker counts. A refusal or a bad schema is an answer. A call cut by
   * the end of its turn's time counts: an endpoint slower than that is of no use, and the next turn must not wait for it again.
   */
  get isOutage(): boolean {
    return OUTAGES.has(this.failure);
  }

  get isRetryable(): boolean {
    return this.isOutage && this.failure !== 'out-of-time' && !this.hasBegun;
  }
}

/** Turns what the SDK throws into a failure of ours: an HTTP status is an answer, everything else is silence. */
export function classify(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const { status, headers } = (error ?? {}) as { status?: number; headers?: unknown };
  if (status === 429) return new CallFailure('rate-limited', NO_USAGE, retryAfter(headers));
  if (typeof status === 'number' && status >= 500)
    return new CallFailure('provider-error', NO_USAGE, retryAfter(headers));
  if (typeof status === 'number') return new CallFailure('refused');
  // The SDK parses JSON answers itself; their tokens are lost to us, which the budget tolerates.
  if (error instanceof SyntaxError) return new CallFailure('invalid');
  return new CallFailure('no-answer');
}

function retryAfter(headers: unknown): number | undefined {
  const value =
    headers instanceof Headers
      ? headers.get('retry-after')
      : (headers as Record<string, string> | undefined)?.['retry-after'];
  const seconds = Number(value);
  return value && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
