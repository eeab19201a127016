import type pg from 'pg';

/** amoCRM's window, ms. */
const WINDOW_MS = 1_000;
/** A permit whose holder says nothing for this long is taken from him: longer than any request of ours (10 s), ms. */
const LEASE_MS = 15_000;
/** Longest pause between two looks for a free permit, ms: one that comes back early is noticed. */
const LOOK_MS = 100;

const TAKE = `with free as (
    select permit from crm_permits where key = $1 and free_at <= clock_timestamp()
      and not exists (select from crm_limiter l where l.key = $1 and l.next_at > clock_timestamp())
    order by free_at limit 1 for update skip locked
  ), taken as (
    update crm_permits p set free_at = clock_timestamp() + $2 * interval '1 ms', token = p.token + 1
    from free where p.key = $1 and p.permit = free.permit returning p.permit, p.token
  )
  select t.permit, t.token, coalesce((select extract(epoch from min(free_at) - clock_timestamp()) * 1000
    from crm_permits where key = $1), 0)::float8 as wait
  from (values (1)) one left join taken t on true`;

interface Permit {
  permit: number;
  token: string;
}

/**
 * Bounds requests over all processes that share the database. A request holds one of `permits` from before it is sent until a
 * second after its answer came; it reaches amoCRM within that time, so no second ever sees more than `permits` of them there,
 * however late a busy machine or network delivers one. Within a process callers are served in order.
 */
export class SharedLimiter {
  private queue: Promise<unknown> = Promise.resolve();
  private isReady = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly key: string,
    /** amoCRM blocks integrations that exceed 7 a second. */
    private readonly permits = 6,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** Does the work, one request, when a permit is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => this.take());
    this.queue = turn.catch(() => {});
    const permit = await turn;
    try {
      return await work();
    } finally {
      // A permit that could not be given back comes back with the end of its lease; what the request did counts.
      await this.giveBack(permit).catch(() => {});
    }
  }

  /** After a 429: nobody sends before the pause is over. */
  async pause(ms: number): Promise<void> {
    await this.pool.query(
      `insert into crm_limiter as l (key, next_at) values ($1, clock_timestamp() + $2 * interval '1 ms')
       on conflict (key) do update set next_at = greatest(l.next_at, excluded.next_at)`,
      [this.key, ms],
    );
  }

  private async take(): Promise<Permit> {
    if (!this.isReady) {
      await this.pool.query(
        'insert into crm_permits (key, permit) select $1, generate_series(1, $2::int) on conflict do nothing',
        [this.key, this.permits],
      );
      this.isReady = true;
    }
    for (;;) {
      const { rows } = await this.pool.query<{ permit: number | null; token: string; wait: number }>({
        name: 'crm-permit',
        text: TAKE,
        values: [this.key, LEASE_MS],
      });
      const row = rows[0];
      if (row?.permit != null) return { permit: row.permit, token: row.token };
      await this.sleep(Math.min(LOOK_MS, Math.max(5, Math.ceil(row?.wait ?? LOOK_MS))));
    }
  }

  private async giveBack({ permit, token }: Permit): Promise<void> {
    await this.pool.query({
      name: 'crm-permit-back',
      text: `update crm_permits set free_at = clock_timestamp() + $4 * interval '1 ms' where key = $1 and permit = $2 and token = $3`,
      values: [this.key, permit, token, WINDOW_MS],
    });
  }
}
