import { GrammyError, HttpError } from 'grammy';

/** What is known after a failed request to the Bot API. */
export type SendFailure =
  /** Telegram asks to wait: `retryAfterMs` is to be obeyed to the letter. */
  | { kind: 'wait'; retryAfterMs: number; reason: string }
  /** Not sent for certain; worth trying again. */
  | { kind: 'retry'; reason: string }
  /** Not sent and never will be: the client blocked the bot, or Telegram finds fault with the message. */
  | { kind: 'refused'; code: string; reason: string }
  /** Possibly sent: there was no answer. The Bot API has no way to find out. */
  | { kind: 'unknown'; reason: string };

/** Errors of a connection that was never made: nothing can have been sent. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

function networkCode(error: unknown): string {
  if (error === null || typeof error !== 'object') return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Reads a failure of a grammY call. Reasons never hold the token: grammY's inner errors do, so only their codes are taken. */
export function readFailure(error: unknown): SendFailure {
  if (error instanceof GrammyError) {
    const reason = `${error.error_code} ${error.description}`;
    if (error.error_code === 429) {
      return { kind: 'wait', retryAfterMs: (error.parameters.retry_after ?? 1) * 1000, reason };
    }
    if (error.error_code >= 500) return { kind: 'retry', reason };
    // A wrong or revoked token is the operator's to mend; the message itself is fine.
    if (error.error_code === 401 || error.error_code === 404) return { kind: 'retry', reason };
    if (error.error_code === 403) return { kind: 'refused', code: 'TELEGRAM_BLOCKED', reason };
    return { kind: 'refused', code: 'TELEGRAM_REFUSED', reason };
  }
  if (error instanceof HttpError) {
    const code = networkCode(error.error);
    return NOT_CONNECTED.has(code)
      ? { kind: 'retry', reason: `no connection to the Bot API (${code})` }
      : { kind: 'unknown', reason: `no answer from the Bot API (${code})` };
  }
  throw error;
}
