import { SendRefusedError, SendRetryAfterError } from '#libs/chats';
import { CrmNoAnswerError, CrmRefusedError } from '../outcome.js';

/** What somebody has to mend (token, payment, block, disconnected channel): nothing of it is the message's fault. */
const OPERATORS_TASK = new Set([401, 402, 403, 404]);

export interface RetryPauses {
  /** After no answer, ms. */
  noAnswerMs: number;
  /** While an operator has to mend something, ms. */
  operatorMs: number;
}

/**
 * What the outbox does about a failed request to amoCRM. An outage never costs a message: whatever may pass by itself or
 * by an operator's hand is waited for without counting attempts, and the lane keeps its order meanwhile. Only what they
 * find wrong with the message itself becomes a dead letter. Any other error is returned as it is.
 */
export function sendFailure(error: unknown, pauses: RetryPauses): unknown {
  if (error instanceof CrmNoAnswerError) return new SendRetryAfterError(error.retryAfterMs ?? pauses.noAnswerMs);
  if (!(error instanceof CrmRefusedError)) return error;
  if (OPERATORS_TASK.has(error.status)) return new SendRetryAfterError(pauses.operatorMs);
  return new SendRefusedError(`AMOCRM_${error.status}`, error.message, { cause: error });
}
