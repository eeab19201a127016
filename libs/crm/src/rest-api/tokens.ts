import type pg from 'pg';
import { parseJson, readLimited } from '../http-answer.js';
import { CrmNoAnswerError, CrmRefusedError } from '../outcome.js';

/** Gives a bearer token that is valid now. */
export interface TokenSource {
  token(): Promise<string>;
  /** They answered 401 to this token: get another if there is a way. Returns false when there is none. */
  renew(rejected: string): Promise<boolean>;
}

/** A long-lived token of a private integration: nothing to refresh. */
export class LongLivedToken implements TokenSource {
  constructor(private readonly value: string) {}

  async token(): Promise<string> {
    return this.value;
  }

  async renew(): Promise<boolean> {
    return false;
  }
}

export interface OAuthSettings {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  timeoutMs: number;
}

/** Refreshed this long before it expires, so that a request never races the deadline. */
const MARGIN_MS = 5 * 60_000;

/**
 * OAuth with a refresh token that works once: refreshed by one process at a time under a row lock, and the new pair is
 * committed before anybody uses it.
 */
export class OAuthTokens implements TokenSource {
  constructor(
    private readonly pool: pg.Pool,
    private readonly settings: OAuthSettings,
  ) {}

  /** First pair, from the authorization code of the install redirect. */
  async exchangeCode(code: string): Promise<void> {
    await this.store(this.pool, await this.request({ grant_type: 'authorization_code', code }));
  }

  async token(): Promise<string> {
    const { rows } = await this.pool.query<{ access_token: string; expires_at: Date }>(
      'select access_token, expires_at from crm_tokens where account = $1',
      [this.settings.baseUrl],
    );
    const row = rows[0];
    if (!row)
      throw new CrmRefusedError(
        401,
        'token',
        'not authorised yet: run `npm run amocrm:setup` with an authorization code',
      );
    if (row.expires_at.getTime() - MARGIN_MS > Date.now()) return row.access_token;
    return this.refresh((pair) => pair.expires_at.getTime() - MARGIN_MS <= Date.now());
  }

  async renew(rejected: string): Promise<boolean> {
    const fresh = await this.refresh((pair) => pair.access_token === rejected);
    return fresh !== rejected;
  }

  /** Refreshes when the pair still looks stale once the lock is held: another process may have done it meanwhile. */
  private async refresh(stale: (pair: { access_token: string; expires_at: Date }) => boolean): Promise<string> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ access_token: string; refresh_token: string | null; expires_at: Date }>(
        'select access_token, refresh_token, expires_at from crm_tokens where account = $1 for update',
        [this.settings.baseUrl],
      );
      const pair = rows[0];
      if (!pair?.refresh_token) throw new CrmRefusedError(401, 'token', 'no refresh token: authorise again');
      if (!stale(pair)) {
        await client.query('commit');
        return pair.access_token;
      }
      const answer = await this.request({ grant_type: 'refresh_token', refresh_token: pair.refresh_token });
      await this.store(client, answer);
      await client.query('commit');
      return answer.access_token;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  private async store(target: Pick<pg.Pool, 'query'>, pair: TokenAnswer): Promise<void> {
    await target.query(
      `insert into crm_tokens (account, access_token, refresh_token, expires_at)
       values ($1, $2, $3, now() + $4 * interval '1 second')
       on conflict (account) do update set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
         expires_at = excluded.expires_at, updated_at = now()`,
      [this.settings.baseUrl, pair.access_token, pair.refresh_token, pair.expires_in],
    );
  }

  private async request(grant: Record<string, string>): Promise<TokenAnswer> {
    const { clientId, clientSecret, redirectUri, baseUrl, timeoutMs } = this.settings;
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL('/oauth2/access_token', baseUrl), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, ...grant }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await readLimited(response);
    } catch (error) {
      throw new CrmNoAnswerError('token', 'network', null, true, error);
    }
    if (response.status >= 500 || response.status === 429)
      throw new CrmNoAnswerError('token', 'unavailable', null, true);
    const answer = parseJson(text) as Partial<TokenAnswer> | null;
    if (!response.ok || !answer?.access_token || !answer.refresh_token || !answer.expires_in) {
      throw new CrmRefusedError(response.status, 'token', 'the token pair was not accepted: authorise again');
    }
    return answer as TokenAnswer;
  }
}

interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
}
