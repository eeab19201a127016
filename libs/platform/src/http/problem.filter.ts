import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { isServerAway } from '../database.js';
import type { Logger } from '../logging.js';
import { Problem } from './problem.js';

const BY_STATUS: Record<number, [code: string, title: string]> = {
  400: ['VALIDATION_FAILED', 'The request is not valid'],
  401: ['UNAUTHORIZED', 'A valid key is needed'],
  403: ['FORBIDDEN', 'The key does not allow this'],
  404: ['NOT_FOUND', 'Nothing here'],
  405: ['METHOD_NOT_ALLOWED', 'This method is not allowed here'],
  409: ['CONFLICT', 'The state does not allow this'],
  413: ['PAYLOAD_TOO_LARGE', 'The request is too large'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'This content type is not accepted'],
  429: ['RATE_LIMITED', 'Too many requests'],
  503: ['UNAVAILABLE', 'Temporarily unavailable'],
};
/** The disk, or our share of it, is full. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);
/** When a caller may try again after a server of ours was away, seconds. */
const RETRY_AFTER_S = '1';

interface ExpressResponse {
  headersSent: boolean;
  status(status: number): ExpressResponse;
  set(headers: Record<string, string>): ExpressResponse;
  end(body: string): void;
}

/** Turns whatever was thrown into a Problem: what we decided on stays, the rest says no more than its status. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return ofStatus(error.getStatus());
  const { type, status, statusCode, code } = (error ?? {}) as {
    type?: string;
    status?: number;
    statusCode?: number;
    code?: string;
  };
  if (type === 'entity.parse.failed') return new Problem(400, 'MALFORMED_JSON', 'The body is not valid JSON');
  // body-parser and multer put the status of the client's mistake on the error.
  const given = status ?? statusCode;
  if (typeof given === 'number' && given >= 400 && given < 500) return ofStatus(given);
  if (code !== undefined && NO_SPACE.has(code)) {
    return new Problem(507, 'STORAGE_FULL', 'There is no room for files now', {
      detail: 'Messages without files are taken. Try the file again later.',
    });
  }
  if (isServerAway(error)) {
    return new Problem(503, 'UNAVAILABLE', 'Temporarily unavailable', { headers: { 'Retry-After': RETRY_AFTER_S } });
  }
  return new Problem(500, 'INTERNAL', 'Something went wrong on our side', {
    detail: 'It has been logged. Try again later.',
  });
}

function ofStatus(status: number): Problem {
  const [code, title] =
    BY_STATUS[status] ??
    (status >= 500
      ? ['INTERNAL', 'Something went wrong on our side']
      : ['VALIDATION_FAILED', 'The request is not valid']);
  return new Problem(status, code, title);
}

/** Answers every error as `application/problem+json`; no stack and no input ever goes outside. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ExpressResponse>();
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: error, code: problem.code }, 'request failed');
    if (response.headersSent) return;
    response
      .status(problem.status)
      .set({
        'Content-Type': 'application/problem+json; charset=utf-8',
        'Cache-Control': 'no-store',
        ...problem.options.headers,
      })
      .end(JSON.stringify(problem.toBody()));
  }
}
