import type pg from 'pg';
import type { DueDelivery, EventRef, LeasedEndpoint, Page, WebhookDelivery, WebhookEvent } from './webhook.js';

/** How one attempt ended. */
export type DeliveryOutcome =
  | { state: 'sent'; status: number }
  | { state: 'pending'; status: number | null; error: string; delayMs: number }
  | { state: 'dead'; status: number | null; error: string };

interface ListedRow {
  id: string;
  type: WebhookEvent;
  state: WebhookDelivery['state'];
  attempts: number;
  status: number | null;
  error: string | null;
  created_at: Date;
  settled_at: Date | null;
  position: string;
}

// Not SKIP LOCKED alone: the lease is what keeps others away, the lock only orders those who ask at the same moment.
const LEASE = `update webhook_endpoints e set leased_until = now() + $1 * interval '1 ms', fence = e.fence + 1
  where e.id = (
    select c.id from webhook_endpoints c
    where c.state = 'active' and c.leased_until < now() and c.retry_at <= now()
      and exists (select from webhook_deliveries d
        where d.endpoint_id = c.id and d.state = 'pending' and d.next_at <= now())
    order by c.leased_until limit 1 for update skip locked)
  returning e.id, e.key_id as "keyId", e.url, e.fence, e.failures,
    case when e.previous_until > now() then array[e.secret, e.previous_secret] else array[e.secret] end as secrets`;

// The first of every lane that is due; a lane whose first waits for its next attempt waits with it.
const HEADS = `select id, type, ref, attempts, created_at from webhook_deliveries d
  where d.endpoint_id = $1 and d.state = 'pending' and d.next_at <= now()
    and not exists (select from webhook_deliveries b
      where b.endpoint_id = d.endpoint_id and b.lane = d.lane and b.state = 'pending' and b.position < d.position)
  order by d.next_at limit $2`;

const SETTLE = `update webhook_deliveries d set state = $3, attempts = attempts + 1, status = $4, error = $5,
    next_at = now() + $6 * interval '1 ms', settled_at = case when $3 = 'pending' then null else now() end
  from webhook_endpoints e
  where d.id = $1 and d.state = 'pending' and e.id = d.endpoint_id and e.fence = $2`;

/** Rows of `webhook_deliveries` and the leases on endpoints they are sent under. */
export class DeliveryRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** Takes an endpoint with something due that nobody delivers to; the one that waited longest. */
  async lease(leaseMs: number): Promise<LeasedEndpoint | undefined> {
    const { rows } = await this.pool.query<LeasedEndpoint>(LEASE, [leaseMs]);
    return rows[0];
  }

  /** Keeps the lease for longer; false when it went to another process or the endpoint is gone or off. */
  async renew({ id, fence }: LeasedEndpoint, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update webhook_endpoints set leased_until = now() + $3 * interval '1 ms'
       where id = $1 and fence = $2 and state = 'active'`,
      [id, fence, leaseMs],
    );
    return rowCount === 1;
  }

  /** Lets the endpoint go; `restMs`: not to be taken again before. */
  async release({ id, fence }: LeasedEndpoint, restMs: number): Promise<void> {
    await this.pool.query(
      `update webhook_endpoints set leased_until = now() + $3 * interval '1 ms' where id = $1 and fence = $2`,
      [id, fence, restMs],
    );
  }

  /** At most `limit` deliveries whose turn it is, each of another lane. */
  async heads(endpointId: string, limit: number): Promise<DueDelivery[]> {
    const { rows } = await this.pool.query<{
      id: string;
      type: WebhookEvent;
      ref: Omit<EventRef, 'type'>;
      attempts: number;
      created_at: Date;
    }>(HEADS, [endpointId, limit]);
    return rows.map(({ id, type, ref, attempts, created_at }) => ({
      id,
      ref: { ...ref, type } as EventRef,
      attempts,
      createdAt: created_at.toISOString(),
    }));
  }

  /** Records how an attempt ended; nothing when the lease was lost meanwhile. */
  async settle({ fence }: LeasedEndpoint, id: string, outcome: DeliveryOutcome): Promise<void> {
    await this.pool.query(SETTLE, [
      id,
      fence,
      outcome.state,
      outcome.status,
      outcome.state === 'sent' ? null : outcome.error,
      outcome.state === 'pending' ? outcome.delayMs : 0,
    ]);
  }

  /** The endpoint took a delivery. */
  async succeeded({ id, fence }: LeasedEndpoint): Promise<void> {
    await this.pool.query(
      `update webhook_endpoints set failures = 0, failing_since = null, retry_at = 'epoch', last_success_at = now()
       where id = $1 and fence = $2`,
      [id, fence],
    );
  }

  /**
   * The endpoint takes nothing: it is left alone for `delayMs`, and switched off when this has gone on for `disableHours`;
   * what was to be delivered is then dead. True when it was switched off now.
   */
  async failed({ id, fence }: LeasedEndpoint, delayMs: number, disableHours: number): Promise<boolean> {
    const { rows } = await this.pool.query<{ state: string }>(
      `update webhook_endpoints set failures = failures + 1, failing_since = coalesce(failing_since, now()),
         retry_at = now() + $3 * interval '1 ms',
         state = case when failing_since < now() - $4 * interval '1 hour' then 'disabled' else state end
       where id = $1 and fence = $2 and state = 'active' returning state`,
      [id, fence, delayMs, disableHours],
    );
    if (rows[0]?.state !== 'disabled') return false;
    await this.pool.query(
      `update webhook_deliveries set state = 'dead', error = 'the webhook was switched off', settled_at = now()
       where endpoint_id = $1 and state = 'pending'`,
      [id],
    );
    return true;
  }

  /** Deliveries of an endpoint, newest first, before the cursor. */
  async list(
    endpointId: string,
    options: { state?: WebhookDelivery['state'] | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Page<WebhookDelivery>> {
    const { state, cursor, limit } = options;
    const { rows } = await this.pool.query<ListedRow>(
      `select id, type, state, attempts, status, error, created_at, settled_at, position from webhook_deliveries
       where endpoint_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or position < $3)
       order by position desc limit $4`,
      [endpointId, state ?? null, cursor ?? null, limit + 1],
    );
    const shown = rows.slice(0, limit);
    return {
      items: shown.map(({ position: _position, created_at, settled_at, ...delivery }) => ({
        ...delivery,
        createdAt: created_at.toISOString(),
        settledAt: settled_at?.toISOString() ?? null,
      })),
      nextCursor: rows.length > limit ? (shown.at(-1)?.position ?? null) : null,
    };
  }

  /** Puts dead deliveries of an endpoint (or one of them) back in their places; returns how many. */
  async replay(endpointId: string, deliveryId?: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `update webhook_deliveries set state = 'pending', attempts = 0, next_at = now(), settled_at = null
       where endpoint_id = $1 and state = 'dead' and ($2::text is null or id = $2)`,
      [endpointId, deliveryId ?? null],
    );
    return rowCount ?? 0;
  }

  /** How endpoints and deliveries stand, for the gauges. */
  async counts(): Promise<{ active: number; failing: number; disabled: number; dead: number }> {
    const { rows } = await this.pool.query<{ active: number; failing: number; disabled: number; dead: number }>(
      `select count(*) filter (where state = 'active' and failing_since is null)::int as active,
         count(*) filter (where state = 'active' and failing_since is not null)::int as failing,
         count(*) filter (where state = 'disabled')::int as disabled,
         (select count(*) from webhook_deliveries where state = 'dead')::int as dead
       from webhook_endpoints`,
    );
    return rows[0] ?? { active: 0, failing: 0, disabled: 0, dead: 0 };
  }

  /** Forgets what was delivered `sentDays` or given up `deadDays` ago; returns how many, at most 10,000 at once. */
  async prune(sentDays: number, deadDays: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from webhook_deliveries where ctid = any(array(
         select ctid from webhook_deliveries
         where (state = 'sent' and settled_at < now() - $1 * interval '1 day')
            or (state = 'dead' and settled_at < now() - $2 * interval '1 day') limit 10000))`,
      [sentDays, deadDays],
    );
    return rowCount ?? 0;
  }
}
