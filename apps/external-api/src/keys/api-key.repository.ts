import type pg from 'pg';
import type { ApiKey, Scope } from './api-key.js';

interface Row {
  id: string;
  name: string;
  scopes: Scope[];
  rate_limit: number;
  open_jobs: number;
}

/** Rows of `api_keys`. */
export class ApiKeyRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** The live key with this hash. */
  async findByHash(hash: Buffer): Promise<ApiKey | undefined> {
    const { rows } = await this.pool.query<Row>(
      'select id, name, scopes, rate_limit, open_jobs from api_keys where key_hash = $1 and revoked_at is null',
      [hash],
    );
    const [row] = rows;
    return (
      row && { id: row.id, name: row.name, scopes: row.scopes, rateLimit: row.rate_limit, openJobs: row.open_jobs }
    );
  }

  /** Whether any key was ever issued: then the development key is off, even if all are revoked. */
  async anyIssued(): Promise<boolean> {
    const { rows } = await this.pool.query<{ any: boolean }>('select exists (select from api_keys) as any');
    return rows[0]?.any ?? false;
  }

  async insert(key: ApiKey, hash: Buffer): Promise<void> {
    await this.pool.query(
      'insert into api_keys (id, name, key_hash, scopes, rate_limit, open_jobs) values ($1, $2, $3, $4, $5, $6)',
      [key.id, key.name, hash, key.scopes, key.rateLimit, key.openJobs],
    );
  }

  /** Revokes a key; false when there is no live key of that id. */
  async revoke(id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update api_keys set revoked_at = now() where id = $1 and revoked_at is null',
      [id],
    );
    return rowCount === 1;
  }
}
