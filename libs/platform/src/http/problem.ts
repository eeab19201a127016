/** Stable codes of the errors this lib itself answers; features add their own. */
export type PlatformProblemCode =
  | 'VALIDATION_FAILED'
  | 'MALFORMED_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'STORAGE_FULL'
  | 'INTERNAL';

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  /** Stable, for programs. */
  code: string;
  /** For people; never repeats what was sent. */
  detail?: string;
  /** Per field: path and what is expected. */
  errors?: { field: string; message: string }[];
  [extra: string]: unknown;
}

/** An answer of RFC 9457 (`application/problem+json`) that a controller, guard or service decides on. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly options: {
      detail?: string;
      errors?: ProblemBody['errors'];
      headers?: Record<string, string>;
      extra?: Record<string, unknown>;
    } = {},
  ) {
    super(`${code}: ${title}`);
  }

  toBody(): ProblemBody {
    const { detail, errors, extra } = this.options;
    return {
      type: 'about:blank',
      title: this.title,
      status: this.status,
      code: this.code,
      ...(detail ? { detail } : {}),
      ...(errors ? { errors } : {}),
      ...extra,
    };
  }
}
