import { problem } from './rest-answers.js';
import type { SimAnswer, SimRequest } from './sim-http.js';

/** Tokens of the simulated account: a long-lived one, and pairs whose refresh half works once. */
export class OAuthEndpoint {
  private readonly accessTokens = new Map<string, number>();
  private refreshToken = 'refresh-1';
  private generation = 1;
  /** Refresh tokens used twice: a client that does this would be cut off by the real peer. */
  reusedRefreshTokens = 0;

  constructor(private readonly credentials: { longLivedToken: string; clientId: string; clientSecret: string }) {}

  isAuthorised(request: SimRequest, now: number): boolean {
    const header = request.headers.authorization;
    const token = typeof header === 'string' ? header.replace(/^Bearer /, '') : '';
    if (token === this.credentials.longLivedToken) return true;
    return (this.accessTokens.get(token) ?? 0) > now;
  }

  /** Makes every issued access token old: the next call is answered 401. */
  expireTokens(): void {
    this.accessTokens.clear();
  }

  /** `POST /oauth2/access_token`. */
  exchange(request: SimRequest, now: number): SimAnswer {
    const body = JSON.parse(request.body.toString('utf8') || '{}') as Record<string, unknown>;
    if (body.client_id !== this.credentials.clientId || body.client_secret !== this.credentials.clientSecret) {
      return problem(401, 'Invalid client');
    }
    if (body.grant_type === 'refresh_token' && body.refresh_token !== this.refreshToken) {
      this.reusedRefreshTokens += 1;
      return problem(401, 'Token has been revoked');
    }
    if (body.grant_type === 'authorization_code' && body.code !== 'code-1')
      return problem(400, 'Authorization code is invalid');
    this.generation += 1;
    const access = `access-${this.generation}`;
    this.refreshToken = `refresh-${this.generation}`;
    this.accessTokens.set(access, now + 86_400_000);
    return {
      status: 200,
      body: { token_type: 'Bearer', expires_in: 86_400, access_token: access, refresh_token: this.refreshToken },
    };
  }
}
