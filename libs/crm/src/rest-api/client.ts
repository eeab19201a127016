import { parseJson, readLimited, retryAfterMs } from '../http-answer.js';
import { CrmNoAnswerError, CrmRefusedError } from '../outcome.js';
import type { SharedBreaker } from './breaker.js';
import type { SharedLimiter } from './limiter.js';
import type { TokenSource } from './tokens.js';

export interface RestApiSettings {
  /** `https://{subdomain}.amocrm.ru` */
  baseUrl: string;
  timeoutMs: number;
}

export interface RestCall {
  /** Name for errors and metrics, e.g. `create lead`. */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number>;
  body?: unknown;
}

/**
 * Transport of amoCRM's REST v4: bearer token with one renewal on 401, a limiter and a breaker shared by all processes.
 * 204 is null ("nothing found"), not an error; an error body that is not JSON survives. One attempt per call.
 */
export class RestTransport {
  constructor(
    private readonly settings: RestApiSettings,
    private readonly tokens: TokenSource,
    private readonly limiter: SharedLimiter,
    private readonly breaker: SharedBreaker,
  ) {}

  /** The parsed answer, or null for 204. Throws CrmRefusedError or CrmNoAnswerError. */
  async call(call: RestCall): Promise<unknown> {
    const breaker = await this.breaker.check();
    if (breaker.state === 'open') {
      const wait = Math.max(1_000, breaker.retryAt.getTime() - Date.now());
      throw new CrmNoAnswerError(call.operation, 'unavailable', wait, false);
    }
    const token = await this.tokens.token();
    let attempt = await this.attempt(call, token);
    if (attempt.response.status === 401 && (await this.tokens.renew(token))) {
      attempt = await this.attempt(call, await this.tokens.token());
    }
    const answer = await this.read(call, attempt);
    if (breaker.state === 'probe') await this.breaker.close();
    return answer;
  }

  private attempt(call: RestCall, token: string): Promise<{ response: Response; text: string }> {
    return this.limiter.run(() => this.request(call, token));
  }

  private async request(call: RestCall, token: string): Promise<{ response: Response; text: string }> {
    const url = new URL(call.path, this.settings.baseUrl);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, String(value));
    try {
      const response = await fetch(url, {
        method: call.method,
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        redirect: 'error',
        signal: AbortSignal.timeout(this.settings.timeoutMs),
      });
      return { response, text: await readLimited(response) };
    } catch (error) {
      const timeout = error instanceof Error && error.name === 'TimeoutError';
      throw new CrmNoAnswerError(call.operation, timeout ? 'timeout' : 'network', null, call.method !== 'GET', error);
    }
  }

  private async read(call: RestCall, { response, text }: { response: Response; text: string }): Promise<unknown> {
    if (response.ok) return response.status === 204 ? null : parseJson(text);
    if (response.status === 429) {
      const wait = retryAfterMs(response) ?? 1_000;
      await this.limiter.pause(wait);
      throw new CrmNoAnswerError(call.operation, 'overloaded', wait, false);
    }
    if (response.status >= 500) {
      throw new CrmNoAnswerError(call.operation, 'unavailable', retryAfterMs(response), response.status !== 503);
    }
    const reason = reasonOf(parseJson(text));
    if (response.status === 403) await this.breaker.open(reason);
    throw new CrmRefusedError(response.status, call.operation, reason);
  }
}

function reasonOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return 'an answer that is not JSON';
  const { title, 'validation-errors': validation } = answer as { title?: unknown; 'validation-errors'?: unknown };
  const codes = Array.isArray(validation)
    ? validation.flatMap((item: { errors?: { code?: string; path?: string }[] }) =>
        (item.errors ?? []).map((error) => `${error.path ?? '?'}: ${error.code ?? '?'}`),
      )
    : [];
  return [typeof title === 'string' ? title : 'no title', ...codes.slice(0, 5)].join('; ');
}
