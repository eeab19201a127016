import type pg from 'pg';

/** A place used later than this would fall into the window of the ones after it, ms. */
const LATE_MS = 60;
/** Places given up for being late before one is used all the same: a slow database must not stop everything. */
const TRIES = 4;

/**
 * Spaces requests over all processes that share the database: each call reserves the next free slot in one statement and
 * waits for it. Slots are evenly spaced, so no window of a second holds more than the limit; a slot that this process is too
 * late for (a busy machine) is given up for another one.
 */
export class SharedLimiter {
  constructor(
    private readonly pool: pg.Pool,
    private readonly key: string,
    /**
     * amoCRM blocks integrations that exceed 7 a second. Even spacing at 5 leaves room for two requests that arrive late: on a
     * machine with seven times more work than cores, 6 a second were seen as 8 within one.
     */
    private readonly perSecond = 5,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** Resolves when the caller may send one request. Returns how long it waited, ms. */
  async acquire(): Promise<number> {
    const began = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      // Counted from before the question: whatever the answer took counts as lateness too.
      const asked = performance.now();
      const wait = await this.reserve();
      if (wait > 0) await this.sleep(wait);
      const late = performance.now() - asked - wait;
      if (late <= LATE_MS || attempt === TRIES) return Math.round(performance.now() - began);
    }
  }

  /** Takes the next free slot; ms until it comes. */
  private async reserve(): Promise<number> {
    const spacing = 1_000 / this.perSecond;
    const { rows } = await this.pool.query<{ wait: number }>({
      name: 'crm-limiter',
      text: `insert into crm_limiter as l (key, next_at) values ($1, clock_timestamp() + $2 * interval '1 ms')
             on conflict (key) do update set next_at = greatest(l.next_at, clock_timestamp()) + $2 * interval '1 ms'
             returning extract(epoch from (next_at - $2 * interval '1 ms' - clock_timestamp())) * 1000 as wait`,
      values: [this.key, spacing],
    });
    return Math.max(0, Math.ceil(Number(rows[0]?.wait ?? 0)));
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
