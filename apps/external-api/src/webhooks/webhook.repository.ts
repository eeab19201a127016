import type pg from 'pg';
import { withTransaction } from '#libs/platform';
import type { Page, WebhookEndpoint, WebhookEvent } from './webhook.js';

interface Row {
  id: string;
  key_id: string;
  url: string;
  events: WebhookEvent[];
  state: 'active' | 'disabled';
  failing_since: Date | null;
  last_success_at: Date | null;
  created_at: Date;
}

const COLUMNS = 'id, key_id, url, events, state, failing_since, last_success_at, created_at';
/** Keeps counting endpoints of one key apart from other advisory locks. */
const ENDPOINTS_LOCK = 6_071;

const endpointOf = (row: Row): WebhookEndpoint => ({
  id: row.id,
  keyId: row.key_id,
  url: row.url,
  events: row.events,
  state: row.state,
  failingSince: row.failing_since?.toISOString() ?? null,
  lastSuccessAt: row.last_success_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});

/** Rows of `webhook_endpoints`. Every method takes the partner's key, so that nobody reaches another's. */
export class WebhookRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** Adds an endpoint, or gives back the one of that id; undefined when the key has `limit` already. */
  async insert(
    endpoint: { id: string; keyId: string; url: string; events: readonly WebhookEvent[]; secret: string },
    limit: number,
  ): Promise<{ endpoint: WebhookEndpoint; secret: string } | undefined> {
    const { id, keyId, url, events, secret } = endpoint;
    return withTransaction(this.pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtextextended($1, ${ENDPOINTS_LOCK}))`, [keyId]);
      const { rows: known } = await client.query<Row & { secret: string }>(
        `select ${COLUMNS}, secret from webhook_endpoints where key_id = $1`,
        [keyId],
      );
      const same = known.find((row) => row.id === id);
      if (same) return { endpoint: endpointOf(same), secret: same.secret };
      if (known.length >= limit) return undefined;
      const { rows } = await client.query<Row>(
        `insert into webhook_endpoints (id, key_id, url, events, secret) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
        [id, keyId, url, events, secret],
      );
      return rows[0] && { endpoint: endpointOf(rows[0]), secret };
    });
  }

  /** Endpoints of a key (undefined: of all keys), oldest first, after the cursor. */
  async list(keyId: string | undefined, after: string | undefined, limit: number): Promise<Page<WebhookEndpoint>> {
    const { rows } = await this.pool.query<Row>(
      `select ${COLUMNS} from webhook_endpoints
       where ($1::text is null or key_id = $1)
         and ($2::text is null or (created_at, id) > (select created_at, id from webhook_endpoints where id = $2))
       order by created_at, id limit $3`,
      [keyId ?? null, after ?? null, limit + 1],
    );
    const items = rows.slice(0, limit).map(endpointOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async find(keyId: string, id: string): Promise<WebhookEndpoint | undefined> {
    const { rows } = await this.pool.query<Row>(
      `select ${COLUMNS} from webhook_endpoints where key_id = $1 and id = $2`,
      [keyId, id],
    );
    return rows[0] && endpointOf(rows[0]);
  }

  /** Removes an endpoint with everything that was to be delivered to it; false when there is none. */
  async remove(keyId: string, id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `with gone as (delete from webhook_endpoints where key_id = $1 and id = $2 returning id),
         left_over as (delete from webhook_deliveries where endpoint_id in (select id from gone))
       select 1 from gone`,
      [keyId, id],
    );
    return rowCount === 1;
  }

  /** Gives an endpoint a new secret; the former signs beside it for so many hours. False when there is none. */
  async changeSecret(keyId: string, id: string, secret: string, overlapHours: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update webhook_endpoints set previous_secret = secret, previous_until = now() + $4 * interval '1 hour', secret = $3
       where key_id = $1 and id = $2`,
      [keyId, id, secret, overlapHours],
    );
    return rowCount === 1;
  }

  /** Switches an endpoint on again. Undefined when there is none. */
  async enable(keyId: string, id: string): Promise<WebhookEndpoint | undefined> {
    const { rows } = await this.pool.query<Row>(
      `update webhook_endpoints set state = 'active', failures = 0, failing_since = null, retry_at = 'epoch'
       where key_id = $1 and id = $2 returning ${COLUMNS}`,
      [keyId, id],
    );
    return rows[0] && endpointOf(rows[0]);
  }
}
