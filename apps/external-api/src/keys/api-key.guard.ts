import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { callerOfAddress, Problem, perDay, perMinute, RateLimiter, rateLimitHeaders } from '#libs/platform';
import type { ApiKey, Scope } from './api-key.js';
import { ApiKeys } from './api-keys.js';

const SCOPE = 'api-key:scope';
/** Wrong keys one address may try in a minute. */
const FAILURES_PER_MINUTE = 60;

/** The scope a key needs for a route or a whole controller. */
export const RequireScope = (scope: Scope) => SetMetadata(SCOPE, scope);

interface Authenticated extends Request {
  apiKey?: ApiKey;
}

/** The key of the request, put there by ApiKeyGuard. */
export const CallerKey = createParamDecorator((_data: unknown, context: ExecutionContext): ApiKey => {
  const { apiKey } = context.switchToHttp().getRequest<Authenticated>();
  if (!apiKey) throw new Error('CallerKey is used on a route without ApiKeyGuard');
  return apiKey;
});

/** Lets a request through with a live key of the right scope and allowance left; says in headers what is left. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly limiter: RateLimiter,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Authenticated>();
    const response = http.getResponse<Response>();
    const key = await this.keyOf(request);
    if (!key) {
      const allowance = await this.limiter.take(
        'failures',
        callerOfAddress(request.ip),
        perMinute(FAILURES_PER_MINUTE),
      );
      if (!allowance.allowed) {
        response.set(rateLimitHeaders(allowance));
        throw new Problem(429, 'RATE_LIMITED', 'too many wrong keys from this address');
      }
      response.set('WWW-Authenticate', 'Bearer');
      throw new Problem(401, 'UNAUTHORIZED', 'send a valid key as "Authorization: Bearer <key>"');
    }
    await this.take(key, response);
    const scope = this.reflector.getAllAndOverride<Scope>(SCOPE, [context.getHandler(), context.getClass()]);
    if (scope && !key.scopes.includes(scope)) throw new Problem(403, 'FORBIDDEN', `this key has no scope "${scope}"`);
    request.apiKey = key;
    return true;
  }

  private async take(key: ApiKey, response: Response): Promise<void> {
    const minute = await this.limiter.take('key', key.id, perMinute(key.rateLimit));
    // What the minute refuses does not count against the day.
    const day =
      key.dailyQuota !== undefined && minute.allowed
        ? await this.limiter.take('quota', key.id, perDay(key.dailyQuota))
        : undefined;
    response.set(day ? rateLimitHeaders(minute, day) : rateLimitHeaders(minute));
    if (!minute.allowed) {
      throw new Problem(429, 'RATE_LIMITED', `this key may make ${key.rateLimit} requests a minute`);
    }
    if (day && !day.allowed) {
      throw new Problem(429, 'QUOTA_EXCEEDED', `this key may make ${key.dailyQuota} requests a day`);
    }
  }

  private async keyOf(request: Request): Promise<ApiKey | undefined> {
    const secret = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    return secret === undefined ? undefined : this.keys.authenticate(secret);
  }
}
