import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerOfAddress, Problem, perMinute, RateLimiter, rateLimitHeaders } from '#libs/platform';
import { VisitorCookie } from './visitor-cookie.js';

/** The page sends it with everything; another site cannot without a preflight this server never grants. */
export const CHAT_HEADER = 'x-wewall-chat';
const PER_VISITOR = 240;
const PER_ADDRESS = 1_200;
/** New visitors from one address in a minute: an office behind one address, not a script. */
const SESSIONS_PER_ADDRESS = 120;

interface Visited extends Request {
  visitor?: string;
}

/** The visitor of the request, put there by VisitorGuard. */
export const Visitor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { visitor } = context.switchToHttp().getRequest<Visited>();
  if (!visitor) throw new Error('Visitor is used on a route without VisitorGuard');
  return visitor;
});

/**
 * Requests of the web chat's page: from our own page only, within limits per visitor and per address, with a signed cookie.
 * Opening a session is the one request that may come without the cookie: it gets one.
 */
@Injectable()
export class VisitorGuard implements CanActivate {
  constructor(
    private readonly cookie: VisitorCookie,
    private readonly limiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Visited>();
    const response = http.getResponse<Response>();
    this.refuseOtherSites(request);
    const address = callerOfAddress(request.ip);
    await this.take('page', address, PER_ADDRESS, response);
    const known = this.cookie.read(request.headers.cookie);
    if (known) await this.take('visitor', known, PER_VISITOR, response);
    else if (request.path !== '/web/session') {
      throw new Problem(401, 'SESSION_REQUIRED', 'Open a session with POST /web/session');
    } else await this.take('session', address, SESSIONS_PER_ADDRESS, response);
    request.visitor = known ?? this.cookie.newVisitor();
    // Renewed on opening, so that the cookie of a returning visitor does not run out.
    if (request.path === '/web/session')
      response.append('Set-Cookie', this.cookie.write(request.visitor, request.secure));
    return true;
  }

  private refuseOtherSites(request: Request): void {
    const site = request.headers['sec-fetch-site'];
    const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
    const unmarked = request.method !== 'GET' && request.headers[CHAT_HEADER] === undefined;
    if (foreign || unmarked) throw new Problem(403, 'CROSS_SITE', 'Only the page of this server may do this');
  }

  private async take(kind: string, caller: string, limit: number, response: Response): Promise<void> {
    const allowance = await this.limiter.take(kind, caller, perMinute(limit));
    if (allowance.allowed) return;
    response.set(rateLimitHeaders(allowance));
    throw new Problem(429, 'RATE_LIMITED', 'Слишком много сообщений. Подождите немного и попробуйте ещё раз');
  }
}
