import type pg from 'pg';

/** How the first request of a key ended: its status and body. `rerun`: what it did is repeated safely, the answer is not kept. */
export type KeptAnswer = { status: number; body: unknown } | { status: number; rerun: true };

/** What a request with a key meets. */
export type Beginning =
  /** It may run; `attempt` belongs to the ids of its effects. */
  | { kind: 'run'; attempt: number }
  | { kind: 'answered'; answer: KeptAnswer; attempt: number }
  /** Another one of the same key is running. */
  | { kind: 'running' }
  /** The key was used for another request. */
  | { kind: 'other-request' };

/** A request that runs longer than this has died with its process, seconds; longer than any answer may be waited for. */
const LEASE_SECONDS = 60;

interface Row {
  mine: boolean;
  same: boolean;
  status: number | null;
  answer: { body?: unknown; rerun?: true } | null;
  attempt: number;
}

/** Rows of `idempotent_requests`. */
export class IdempotentRequestRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** Claims the key for this request unless it was used before; one statement, so of concurrent duplicates one runs. */
  async begin(owner: string, key: string, fingerprint: Buffer): Promise<Beginning> {
    const { rows } = await this.pool.query<Row>(
      `with claimed as (
         insert into idempotent_requests as r (owner, key, fingerprint, leased_until)
         values ($1, $2, $3, now() + $4 * interval '1 second')
         on conflict (owner, key) do update set leased_until = excluded.leased_until
           where r.status is null and r.leased_until < now() and r.fingerprint = excluded.fingerprint
         returning attempt
       )
       select true as mine, true as same, null::int as status, null::json as answer, attempt from claimed
       union all
       select false, fingerprint = $3, status, answer, attempt from idempotent_requests
       where owner = $1 and key = $2 and not exists (select from claimed)`,
      [owner, key, fingerprint, LEASE_SECONDS],
    );
    const [row] = rows;
    // Not ours and not visible: another transaction inserted it after our snapshot was taken.
    if (!row) return { kind: 'running' };
    if (row.mine) return { kind: 'run', attempt: row.attempt };
    if (!row.same) return { kind: 'other-request' };
    if (row.status === null) return { kind: 'running' };
    const answer: KeptAnswer = row.answer?.rerun
      ? { status: row.status, rerun: true }
      : { status: row.status, body: row.answer?.body };
    return { kind: 'answered', answer, attempt: row.attempt };
  }

  /** Keeps the answer for those who ask again. */
  async finish(owner: string, key: string, answer: KeptAnswer): Promise<void> {
    const { status, ...kept } = answer;
    await this.pool.query('update idempotent_requests set status = $3, answer = $4 where owner = $1 and key = $2', [
      owner,
      key,
      status,
      JSON.stringify(kept),
    ]);
  }

  /** Lets the key be used again for the same request. `anew`: what failed is not to be met again by a derived id. */
  async release(owner: string, key: string, anew: boolean): Promise<void> {
    await this.pool.query(
      `update idempotent_requests set status = null, answer = null, leased_until = 'epoch', attempt = attempt + $3::int
       where owner = $1 and key = $2`,
      [owner, key, anew ? 1 : 0],
    );
  }

  /** Forgets requests older than so many hours; returns how many, at most 10,000 at once. */
  async prune(hours: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from idempotent_requests where ctid = any(array(
         select ctid from idempotent_requests where created_at < now() - $1 * interval '1 hour' limit 10000))`,
      [hours],
    );
    return rowCount ?? 0;
  }
}
