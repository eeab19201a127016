import type pg from 'pg';
import type { JsonValue } from '#libs/chats';

export type InboxKind = 'chat-hook' | 'crm-hook' | 'reconcile' | 'summary';

export interface InboxEntry {
  id: string;
  kind: InboxKind;
  body: JsonValue;
  /** 1 for the first attempt. */
  attempts: number;
}

/** An attempt that takes longer is taken for dead and repeated by somebody else, ms. */
const LEASE_MS = 60_000;

// The head of every lane that nobody holds and whose time has come; entries behind an open one wait for it.
const CLAIM = `update crm_inbox set attempts = attempts + 1, leased_until = now() + $1 * interval '1 ms'
  where id = (
    select id from crm_inbox c
    where done_at is null and next_at <= now()
      and case when $2::bigint is null then leased_until < now() else id = $2 end
      and not exists (select from crm_inbox e where e.lane = c.lane and e.id < c.id and e.done_at is null)
    order by id limit 1 for update skip locked)
  returning id, kind, body, attempts`;

/** Time given to the one who stored an entry to handle it himself, ms. */
const OWN_LEASE_MS = 5_000;

/** The connector's work, stored before it is acknowledged; every entry is handled once, entries of a lane in order. */
export class CrmInbox {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * The entry's id, or null when it was there already. With `reserve` the caller alone may claim it for 5 s: it means to
   * handle it before it answers.
   */
  async add(
    entry: { kind: InboxKind; key: string; lane: string; body: JsonValue },
    options: { reserve?: boolean } = {},
  ): Promise<string | null> {
    const { rows } = await this.pool.query<{ id: string }>(
      `insert into crm_inbox (kind, key, lane, body, leased_until) values ($1, $2, $3, $4, now() + $5 * interval '1 ms')
       on conflict (key) do nothing returning id`,
      [entry.kind, entry.key, entry.lane, JSON.stringify(entry.body), options.reserve ? OWN_LEASE_MS : -1],
    );
    return rows[0]?.id ?? null;
  }

  /** Takes the next entry that is due and free, or this very one, reserved by its caller, when it heads its lane. */
  async claim(id?: string): Promise<InboxEntry | null> {
    const { rows } = await this.pool.query<InboxEntry>(CLAIM, [LEASE_MS, id ?? null]);
    return rows[0] ?? null;
  }

  /** Leaves a reserved entry to the workers: an earlier one of its lane is not done yet. */
  async release(id: string): Promise<void> {
    await this.pool.query(`update crm_inbox set leased_until = 'epoch' where id = $1 and attempts = 0`, [id]);
  }

  async finish(id: string, error: string | null = null): Promise<void> {
    await this.pool.query(`update crm_inbox set done_at = now(), error = $2 where id = $1`, [id, error]);
  }

  async postpone(id: string, delayMs: number, error: string): Promise<void> {
    await this.pool.query(
      `update crm_inbox set leased_until = 'epoch', next_at = now() + $2 * interval '1 ms', error = $3 where id = $1`,
      [id, delayMs, error],
    );
  }

  /** Entries not done, the age of the oldest in seconds, and those given up. */
  async backlog(): Promise<{ open: number; oldestSeconds: number; failed: number }> {
    const { rows } = await this.pool.query<{ open: number; oldest: number; failed: number }>(
      `select count(*) filter (where done_at is null)::int as open,
         coalesce(extract(epoch from now() - min(received_at) filter (where done_at is null)), 0)::float8 as oldest,
         count(*) filter (where done_at is not null and error is not null)::int as failed
       from crm_inbox`,
    );
    return { open: rows[0]?.open ?? 0, oldestSeconds: rows[0]?.oldest ?? 0, failed: rows[0]?.failed ?? 0 };
  }

  /** Forgets what was done or given up that long ago; keep it longer than a hook could be replayed. Returns how many entries. */
  async prune(olderThanMs: number): Promise<number> {
    const { rowCount } = await this.pool.query(`delete from crm_inbox where done_at < now() - $1 * interval '1 ms'`, [
      olderThanMs,
    ]);
    return rowCount ?? 0;
  }
}
