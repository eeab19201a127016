import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblems } from '../http/problem-schema.js';
import { IDEMPOTENCY_MODE, IdempotencyInterceptor, type IdempotencyMode } from './idempotency.interceptor.js';

/**
 * A POST that may be sent again under the same `Idempotency-Key`. Put it above an interceptor that reads a file
 * (interceptors run from the lowest up), so that the file counts. `rerun`: the handler derives its effects from IdempotencyId and may run any number of times.
 */
export function Idempotent(mode: IdempotencyMode = 'keep') {
  return applyDecorators(
    SetMetadata(IDEMPOTENCY_MODE, mode),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key with the same request within 24 hours has one effect and one answer',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
    }),
    ApiProblems(400, 409, 422),
  );
}
