import type pg from 'pg';

/** `probe`: the pause is over and this caller alone may try; success closes the breaker. */
export type BreakerState = { state: 'closed' } | { state: 'probe' } | { state: 'open'; retryAt: Date; reason: string };

/** How long all processes stay away after a 403; one probe goes through afterwards. */
const PAUSE_MS = 5 * 60_000;

/**
 * Opened by a 403 that blocks the integration, for every process at once: going on would prolong the block.
 * The dialog goes on meanwhile, the mirror queues.
 */
export class SharedBreaker {
  constructor(
    private readonly pool: pg.Pool,
    private readonly key: string,
    private readonly onOpen: (reason: string) => void = () => {},
    private readonly pauseMs = PAUSE_MS,
  ) {}

  async check(): Promise<BreakerState> {
    const { rows } = await this.pool.query<{ retry_at: Date; reason: string; probe: boolean }>(
      `with probe as (
         update crm_breaker set retry_at = now() + $2 * interval '1 ms' where key = $1 and retry_at <= now() returning key
       )
       select retry_at, reason, exists (select 1 from probe) as probe from crm_breaker where key = $1`,
      [this.key, this.pauseMs],
    );
    const row = rows[0];
    if (!row) return { state: 'closed' };
    return row.probe ? { state: 'probe' } : { state: 'open', retryAt: row.retry_at, reason: row.reason };
  }

  async open(reason: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `insert into crm_breaker (key, opened_at, retry_at, reason) values ($1, now(), now() + $2 * interval '1 ms', $3)
       on conflict (key) do update set retry_at = excluded.retry_at, reason = excluded.reason`,
      [this.key, this.pauseMs, reason],
    );
    if (rowCount) this.onOpen(reason);
  }

  async close(): Promise<void> {
    await this.pool.query('delete from crm_breaker where key = $1', [this.key]);
  }
}
