import type pg from 'pg';
import { withTransaction } from '#libs/platform';
import type { ApiKey, KeyLimits, KeyRecord, Scope } from './api-key.js';

interface Row {
  id: string;
  name: string;
  scopes: Scope[];
  rate_limit: number;
  daily_quota: number | null;
  open_jobs: number;
}

interface ListedRow extends Row {
  created_at: Date;
  revoked_at: Date | null;
  secrets: KeyRecord['secrets'];
}

const COLUMNS = 'k.id, k.name, k.scopes, k.rate_limit, k.daily_quota, k.open_jobs';

const keyOf = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  rateLimit: row.rate_limit,
  ...(row.daily_quota !== null && { dailyQuota: row.daily_quota }),
  openJobs: row.open_jobs,
});

/** Rows of `api_keys` and `api_key_secrets`. */
export class ApiKeyRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** The live key that has a live secret with this hash; notes the minute of its use. */
  async findByHash(hash: Buffer): Promise<ApiKey | undefined> {
    const { rows } = await this.pool.query<Row>(
      `with used as (
         update api_key_secrets set last_used_at = now()
         where key_hash = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
       )
       select ${COLUMNS} from api_key_secrets s join api_keys k on k.id = s.key_id
       where s.key_hash = $1 and k.revoked_at is null and (s.expires_at is null or s.expires_at > now())`,
      [hash],
    );
    return rows[0] && keyOf(rows[0]);
  }

  /** Whether any key was ever issued: then the development key is off, even if all are revoked. */
  async anyIssued(): Promise<boolean> {
    const { rows } = await this.pool.query<{ any: boolean }>('select exists (select from api_keys) as any');
    return rows[0]?.any ?? false;
  }

  async insert(key: ApiKey, hash: Buffer): Promise<void> {
    await withTransaction(this.pool, async (client) => {
      await client.query(
        `insert into api_keys (id, name, key_hash, scopes, rate_limit, daily_quota, open_jobs)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [key.id, key.name, hash, key.scopes, key.rateLimit, key.dailyQuota ?? null, key.openJobs],
      );
      await client.query('insert into api_key_secrets (key_hash, key_id) values ($1, $2)', [hash, key.id]);
    });
  }

  /** Adds a secret to a live key; the others end after `overlapHours` at the latest. False when there is no such key. */
  async addSecret(id: string, hash: Buffer, overlapHours: number): Promise<boolean> {
    return withTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        'update api_keys set key_hash = $2 where id = $1 and revoked_at is null',
        [id, hash],
      );
      if (rowCount !== 1) return false;
      await client.query(
        `update api_key_secrets set expires_at = least(expires_at, now() + $2 * interval '1 hour') where key_id = $1`,
        [id, overlapHours],
      );
      await client.query('insert into api_key_secrets (key_hash, key_id) values ($1, $2)', [hash, id]);
      return true;
    });
  }

  /** Changes what is given of a live key's limits; a quota of 0 takes the quota away. Undefined when there is no such key. */
  async update(id: string, change: Partial<KeyLimits>): Promise<ApiKey | undefined> {
    const { rows } = await this.pool.query<Row>(
      `update api_keys k set scopes = coalesce($2, scopes), rate_limit = coalesce($3, rate_limit),
         daily_quota = case when $4::int is null then daily_quota else nullif($4::int, 0) end,
         open_jobs = coalesce($5, open_jobs)
       where id = $1 and revoked_at is null returning ${COLUMNS}`,
      [id, change.scopes ?? null, change.rateLimit ?? null, change.dailyQuota ?? null, change.openJobs ?? null],
    );
    return rows[0] && keyOf(rows[0]);
  }

  /** Every key, oldest first. */
  async list(): Promise<KeyRecord[]> {
    const { rows } = await this.pool.query<ListedRow>(
      `select ${COLUMNS}, k.created_at, k.revoked_at,
         (select coalesce(json_agg(json_build_object('createdAt', s.created_at, 'expiresAt', s.expires_at,
            'lastUsedAt', s.last_used_at) order by s.created_at desc), '[]')
          from api_key_secrets s where s.key_id = k.id) as secrets
       from api_keys k order by k.created_at, k.id`,
    );
    return rows.map((row) => ({
      ...keyOf(row),
      createdAt: row.created_at,
      revokedAt: row.revoked_at,
      secrets: row.secrets,
    }));
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
