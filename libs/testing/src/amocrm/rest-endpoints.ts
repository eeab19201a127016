import { AccountEndpoints } from './account-endpoints.js';
import type { AccountState } from './account-state.js';
import { ContactEndpoints } from './contact-endpoints.js';
import { LeadEndpoints, type LeadEvents } from './lead-endpoints.js';
import { OAuthEndpoint } from './oauth-endpoint.js';
import { problem } from './rest-answers.js';
import type { NounEndpoints, SimAnswer, SimRequest } from './sim-http.js';
import { TalkEndpoints } from './talk-endpoints.js';

const LIMIT_PER_SECOND = 7;
/** Breaches after which the integration is blocked. */
const STRIKES = 20;

/** REST v4 of the simulated account: bearer tokens, 7 requests a second, HAL lists, bare arrays, problem+json. */
export class RestEndpoints {
  /** Arrival times of accepted requests, ms: tests assert the rate from it. */
  readonly arrivals: number[] = [];
  readonly oauth: OAuthEndpoint;
  blocked = false;
  private readonly nouns: NounEndpoints[];
  private strikes = 0;

  constructor(
    state: AccountState,
    events: LeadEvents,
    credentials: { longLivedToken: string; clientId: string; clientSecret: string },
    private readonly limitPerSecond = LIMIT_PER_SECOND,
  ) {
    this.oauth = new OAuthEndpoint(credentials);
    this.nouns = [
      new AccountEndpoints(state),
      new ContactEndpoints(state),
      new TalkEndpoints(state),
      new LeadEndpoints(state, events),
    ];
  }

  handle(request: SimRequest, now: number): SimAnswer {
    if (request.path === '/oauth2/access_token') return this.oauth.exchange(request, now);
    if (this.blocked) return { status: 403, text: 'Forbidden' };
    if (!this.oauth.isAuthorised(request, now)) return problem(401, 'Unauthorized');
    const recent = this.arrivals.filter((at) => now - at < 1_000);
    if (recent.length >= this.limitPerSecond) {
      this.strikes += 1;
      if (this.strikes >= STRIKES) this.blocked = true;
      return { status: 429, text: 'Too Many Requests' };
    }
    this.arrivals.push(now);
    let body: unknown;
    if (request.body.length > 0) {
      try {
        body = JSON.parse(request.body.toString('utf8'));
      } catch {
        return problem(400, 'Bad Request');
      }
    }
    return this.route(request, body);
  }

  private route({ method, path, query }: SimRequest, body: unknown): SimAnswer {
    const relative = path.replace('/api/v4/', '');
    const key = `${method} ${relative.replace(/\/\d+(?=\/|$)/, '/:id').replace(/\/[0-9a-f-]{36}(?=\/|$)/, '/:uid')}`;
    const id = Number(/\/(\d+)(?=\/|$)/.exec(relative)?.[1] ?? Number.NaN);
    const items = Array.isArray(body) ? (body as Record<string, unknown>[]) : null;
    for (const noun of this.nouns) {
      const answer = noun.handle({ key, id, query, path, body, items });
      if (answer) return answer;
    }
    return problem(404, `no such method: ${key}`);
  }
}
