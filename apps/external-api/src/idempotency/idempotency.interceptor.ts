import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem, type ProblemBody, problemOf } from '#libs/platform';
import type { ApiKey } from '../keys/api-key.js';
import type { IncomingFile } from '../uploads/uploads.js';
import { IdempotentRequestRepository, type KeptAnswer } from './idempotent-request.repository.js';
import { requestFingerprint } from './request-fingerprint.js';

/** How repetitions are answered: `keep` the first answer, or `rerun` a handler whose effects derive from the key. */
export type IdempotencyMode = 'keep' | 'rerun';

export const IDEMPOTENCY_MODE = 'idempotency:mode';
/** Refusals that say nothing about the request itself: it may succeed when it comes again. */
const PASSING = new Set([401, 403, 408, 409, 425, 429]);

interface IdempotentRequest extends Request {
  apiKey?: ApiKey;
  file?: IncomingFile;
  idempotencyId?: string;
}

/** What effects derive their ids from, so that a request which runs twice has one: undefined without an Idempotency-Key. */
export const IdempotencyId = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<IdempotentRequest>().idempotencyId,
);

/**
 * Requests with an `Idempotency-Key`: the first of a key runs, the same one again gets its answer, another one under the same
 * key is refused. What failed on our side or was refused for the moment may be sent again under the same key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly requests: IdempotentRequestRepository,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<IdempotentRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    return from(this.once(context, request, String(key), next));
  }

  private async once(
    context: ExecutionContext,
    request: IdempotentRequest,
    key: string,
    next: CallHandler,
  ): Promise<unknown> {
    const owner = request.apiKey?.id;
    if (owner === undefined) throw new Error('idempotency is for routes with ApiKeyGuard');
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new Problem(400, 'IDEMPOTENCY_KEY_INVALID', 'Idempotency-Key is 1 to 255 printable ASCII characters');
    }
    const { method, path, headers, body, file } = request;
    const fingerprint = requestFingerprint({ method, path, accept: headers.accept, body, file });
    const beginning = await this.requests.begin(owner, key, fingerprint);
    switch (beginning.kind) {
      case 'other-request':
        throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request');
      case 'running':
        throw new Problem(409, 'IDEMPOTENT_REQUEST_RUNNING', 'The first request of this Idempotency-Key is running', {
          headers: { 'Retry-After': '1' },
        });
    }
    request.idempotencyId = `${key}#${beginning.attempt}`;
    const response = context.switchToHttp().getResponse<Response>();
    if (beginning.kind === 'answered') {
      response.set('Idempotency-Replayed', 'true');
      return 'rerun' in beginning.answer ? lastValueFrom(next.handle()) : replay(beginning.answer, response);
    }
    return this.first(context, owner, key, response, next);
  }

  private async first(
    context: ExecutionContext,
    owner: string,
    key: string,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    const mode = this.reflector.get<IdempotencyMode>(IDEMPOTENCY_MODE, context.getHandler());
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status < 500 && !PASSING.has(problem.status)) {
        await this.requests.finish(owner, key, { status: problem.status, body: problem.toBody() });
      } else await this.requests.release(owner, key, problem.status >= 500);
      throw error;
    }
    const { statusCode: status } = response;
    await this.requests.finish(owner, key, mode === 'rerun' ? { status, rerun: true } : { status, body });
    return body;
  }
}

function replay({ status, body }: Extract<KeptAnswer, { body: unknown }>, response: Response): unknown {
  if (status >= 400) {
    const { type: _type, title, status: _status, code, detail, errors, ...extra } = body as ProblemBody;
    throw new Problem(status, code, title, {
      ...(detail !== undefined && { detail }),
      ...(errors !== undefined && { errors }),
      extra,
      headers: { 'Idempotency-Replayed': 'true' },
    });
  }
  response.status(status);
  return body;
}
