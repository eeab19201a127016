import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Keys whose values never reach a log, at the top or one or two levels down. */
const SECRET_KEYS = [
  'text',
  'phone',
  'name',
  'profile',
  'caption',
  'comment',
  'message',
  'body',
  'content',
  'slots',
  'token',
  'secret',
  'password',
  'authorization',
  'apiKey',
  'url',
] as const;

/**
 * An error without what may carry a client's words: PostgreSQL repeats values in `detail`, HTTP clients repeat requests.
 * Long messages are cut: ours are short.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    reason: error.message.slice(0, 300),
    stack: error.stack?.split('\n').slice(1, 12).join('\n'),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

/**
 * Structured JSON logs with chat, turn and event ids as bindings. Values under the secret keys are replaced, errors are
 * reduced to type, code, reason and stack.
 */
export function createLogger(options: { level: string; app: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { app: options.app, pid: process.pid },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, error: describeError },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

/** Lets Nest write its own lines through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.logger.error(
      { context, ...(message instanceof Error ? { err: message } : {}) },
      message instanceof Error ? message.name : String(message),
    );
  }

  debug(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
