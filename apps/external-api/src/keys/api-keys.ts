import { createHash, randomBytes } from 'node:crypto';
import { type ApiKey, type KeyLimits, type KeyRecord, SCOPES, type Scope } from './api-key.js';
import type { ApiKeyRepository } from './api-key.repository.js';

/** How long a key's row is trusted without asking again, ms: a revoked key dies within this time. */
const TRUST_MS = 10_000;
const MAX_TRUSTED = 1_000;
const DEFAULT_RATE_LIMIT = 600;
const DEFAULT_OPEN_JOBS = 20;

const DEV_KEY: ApiKey = { id: 'dev', name: 'development', scopes: SCOPES, rateLimit: 60_000, openJobs: 100 };

/** 256 random bits; the key's id in front lets a person tell secrets apart. */
const newSecret = (id: string): string => `ww_${id}_${randomBytes(32).toString('base64url')}`;

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Issues, checks and revokes the keys of the REST API. */
export class ApiKeys {
  private readonly trusted = new Map<string, { key: ApiKey; until: number }>();

  constructor(
    private readonly repository: ApiKeyRepository,
    private readonly options: { production: boolean; now?: () => number },
  ) {}

  /** The key behind a bearer token, or undefined when it is unknown or revoked. */
  async authenticate(secret: string): Promise<ApiKey | undefined> {
    const hash = hashOf(secret);
    const cacheKey = hash.toString('base64');
    const now = (this.options.now ?? Date.now)();
    const known = this.trusted.get(cacheKey);
    if (known && known.until > now) return known.key;
    this.trusted.delete(cacheKey);
    const key = secret === 'dev' ? await this.devKey() : await this.repository.findByHash(hash);
    if (key) {
      if (this.trusted.size >= MAX_TRUSTED) this.trusted.clear();
      this.trusted.set(cacheKey, { key, until: now + TRUST_MS });
    }
    return key;
  }

  /** Whether the key `dev` works: outside production and as long as no key was issued. */
  async isDevKeyOpen(): Promise<boolean> {
    return !this.options.production && !(await this.repository.anyIssued());
  }

  private async devKey(): Promise<ApiKey | undefined> {
    return (await this.isDevKeyOpen()) ? DEV_KEY : undefined;
  }

  /** Issues a key; the secret is shown this once and cannot be read again. */
  async issue(
    request: { name: string; scopes: readonly Scope[] } & Partial<KeyLimits>,
  ): Promise<{ key: ApiKey; secret: string }> {
    const key: ApiKey = {
      id: randomBytes(6).toString('hex'),
      name: request.name,
      scopes: request.scopes,
      rateLimit: request.rateLimit ?? DEFAULT_RATE_LIMIT,
      openJobs: request.openJobs ?? DEFAULT_OPEN_JOBS,
      ...(request.dailyQuota !== undefined && request.dailyQuota > 0 && { dailyQuota: request.dailyQuota }),
    };
    const secret = newSecret(key.id);
    await this.repository.insert(key, hashOf(secret));
    // The key "dev" ends here.
    this.trusted.clear();
    return { key, secret };
  }

  /**
   * Gives a key a second secret; the earlier ones go on working for `overlapHours`. The partner changes over meanwhile, and
   * its chats stay where they are. Undefined when there is no live key of that id.
   */
  async rotate(id: string, overlapHours: number): Promise<string | undefined> {
    const secret = newSecret(id);
    const added = await this.repository.addSecret(id, hashOf(secret), overlapHours);
    this.trusted.clear();
    return added ? secret : undefined;
  }

  /** Changes scopes and limits, for every process within ten seconds. A quota of 0 takes the quota away. */
  async update(id: string, change: Partial<KeyLimits>): Promise<ApiKey | undefined> {
    this.trusted.clear();
    return this.repository.update(id, change);
  }

  /** Every key ever issued, oldest first. */
  list(): Promise<KeyRecord[]> {
    return this.repository.list();
  }

  /** Revokes a key for every process within ten seconds; false when there is no live key of that id. */
  async revoke(id: string): Promise<boolean> {
    this.trusted.clear();
    return this.repository.revoke(id);
  }
}
