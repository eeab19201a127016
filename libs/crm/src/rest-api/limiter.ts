import type pg from 'pg';

/**
 * Spaces requests over all processes that share the database: each call reserves the next free slot in one statement and
 * waits for it. Slots are evenly spaced, so no window of a second ever holds more than the limit.
 */
export class SharedLimiter {
  constructor(
    private readonly pool: pg.Pool,
    private readonly key: string,
    /**
     * amoCRM blocks integrations that exceed 7 a second. At 6 an eighth request falls into their second only when one of
     * them is late by more than 166 ms, which a busy machine can still bring about at 6.5.
     */
    private readonly perSecond = 6,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** Resolves when the caller may send one request. Returns how long it waited, ms. */
  async acquire(): Promise<number> {
    const spacing = 1_000 / this.perSecond;
    const { rows } = await this.pool.query<{ wait: number }>({
      name: 'crm-limiter',
      text: `insert into crm_limiter as l (key, next_at) values ($1, clock_timestamp() + $2 * interval '1 ms')
             on conflict (key) do update set next_at = greatest(l.next_at, clock_timestamp()) + $2 * interval '1 ms'
             returning extract(epoch from (next_at - $2 * interval '1 ms' - clock_timestamp())) * 1000 as wait`,
      values: [this.key, spacing],
    });
    const wait = Math.max(0, Math.ceil(Number(rows[0]?.wait ?? 0)));
    if (wait > 0) await this.sleep(wait);
    return wait;
  }

  /** After a 429: nobody sends before the pause is over. */
  async pause(ms: number): Promise<void> {
    await this.pool.query(
      `insert into crm_limiter as l (key, next_at) values ($1, clock_timestamp() + $2 * interval '1 ms')
       on conflict (key) do update set next_at = greatest(l.next_at, excluded.next_at)`,
      [this.key, ms],
    );
  }
}
