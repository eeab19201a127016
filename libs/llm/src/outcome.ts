/**
 * Why a model's answer is not available. `refused`: it answered "no"; `no-answer`: timeout, cut stream or network;
 * `invalid`: it answered something that does not fit the schema; `out-of-time`: the time its turn has for model calls is used
 * up; `cancelled`: the turn it was for is over. All are expected: the dialog goes on by rules.
 */
export type LlmFailure =
  | 'budget'
  | 'breaker-open'
  | 'rate-limited'
  | 'refused'
  | 'no-answer'
  | 'provider-error'
  | 'invalid'
  | 'out-of-time'
  | 'cancelled';

export interface LlmUsage {
  inputTokens: number;
  outputTokens: number;
  kopecks: number;
}

export type LlmOutcome<T> =
  | { ok: true; value: T; usage: LlmUsage }
  | { ok: false; failure: LlmFailure; usage: LlmUsage };

/** What one call did, for metrics; carries no text. */
export interface LlmCallRecord extends LlmUsage {
  purpose: string;
  outcome: 'ok' | LlmFailure;
  milliseconds: number;
}

export const NO_USAGE: LlmUsage = { inputTokens: 0, outputTokens: 0, kopecks: 0 };
