import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** One field that did not pass, with what is allowed. */
export class FieldProblemView {
  @ApiProperty({ example: 'text' }) field!: string;
  @ApiProperty({ example: 'text must be shorter than or equal to 10000 characters' }) message!: string;
}

/** An error as RFC 9457 writes it; `code` is stable and meant for programs. */
export class ProblemView {
  @ApiProperty({ example: 'about:blank' }) type!: string;
  @ApiProperty() title!: string;
  @ApiProperty({ minimum: 400, maximum: 599 }) status!: number;
  @ApiProperty({ example: 'VALIDATION_FAILED' }) code!: string;
  @ApiPropertyOptional() detail?: string;
  @ApiPropertyOptional({ type: [FieldProblemView] }) errors?: FieldProblemView[];
}

const MEANINGS: Record<number, string> = {
  400: 'Malformed or invalid request: MALFORMED_JSON, VALIDATION_FAILED, EMPTY_MESSAGE, BODY_TOO_DEEP, IDEMPOTENCY_KEY_INVALID',
  401: 'No key, or a key nobody knows: UNAUTHORIZED',
  403: 'The key lacks the scope: FORBIDDEN',
  404: 'Nothing of this id belongs to the key: CHAT_NOT_FOUND, JOB_NOT_FOUND, WEBHOOK_NOT_FOUND, DELIVERY_NOT_DEAD',
  406: 'No representation of the kind asked for: NOT_ACCEPTABLE',
  409: 'Not in this state: IDEMPOTENT_REQUEST_RUNNING (come again after Retry-After), TOO_MANY_WEBHOOKS',
  413: 'Too much at once: PAYLOAD_TOO_LARGE',
  415: 'A file of a type that is not accepted: FILE_TYPE_NOT_ACCEPTED',
  422: 'Well formed and cannot be met; `code` says why: IDEMPOTENCY_KEY_REUSED, UPLOAD_NOT_FOUND, ATTACHMENT_URL_NOT_ALLOWED, ATTACHMENT_NOT_FETCHED, WEBHOOK_URL_NOT_ALLOWED, or a code of the service',
  429: 'Too many requests or streams: RATE_LIMITED, QUOTA_EXCEEDED, TOO_MANY_JOBS, TOO_MANY_STREAMS; Retry-After says when to come back',
  503: 'Not now: UNAVAILABLE (a server behind this one is away), SERVICE_UNAVAILABLE, JOB_FAILED; may be sent again',
  507: 'No room for files: STORAGE_FULL; messages without files are taken',
};

/** Documents the problem answers of an operation; the database may be away at any of them. */
export function ApiProblems(...statuses: (keyof typeof MEANINGS)[]) {
  return applyDecorators(
    ...[...new Set([...statuses, 503])].map((status) =>
      ApiResponse({
        status: Number(status),
        description: MEANINGS[status] ?? '',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemView) } } },
      }),
    ),
  );
}
