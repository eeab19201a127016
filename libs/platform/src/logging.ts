import type { LoggerService } from '@nestjs/common';
import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino } from 'pino';
import { redact, redactText } from './redaction.js';

export type { Logger } from 'pino';

type Child = (this: Logger, bindings: Bindings, options?: ChildLoggerOptions) => Logger;

/**
 * Structured JSON logs with chat, turn and event ids as bindings. Whatever is passed, at any depth: values under the keys of
 * client text, names, phones and secrets are replaced, errors are reduced to type, code, reason and stack, and phones and
 * credentials are masked inside messages (redaction.ts).
 */
export function createLogger(options: { level: string; app: string; destination?: DestinationStream }): Logger {
  const logger = pino(
    {
      level: options.level,
      base: { app: options.app, pid: process.pid },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino would print an error under `err` in full; the record's redaction below does it instead.
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: redact },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          // A bare error: pino would take its message as it is.
          const whole = first instanceof Error ? [{ err: first }, rest[0] ?? first.message] : [first, ...rest];
          const masked = whole.map((argument) => (typeof argument === 'string' ? redactText(argument) : argument));
          method.apply(this, masked as typeof args);
        },
      },
    },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
  // pino has no formatter for the bindings of children; children of children inherit this one.
  const child = logger.child as unknown as Child;
  const redactedChild: Child = function redactedChild(bindings, childOptions) {
    return child.call(this, redact(bindings), childOptions);
  };
  return Object.assign(logger, { child: redactedChild });
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
