import type { OutboxBody, OutboxItem } from './outbox-item.js';
import type { Statement, Statements } from './statements.js';
import type { Author, JsonObject } from './types.js';

/** The head of a lane, leased for one attempt. */
export interface LeasedItem {
  item: OutboxItem;
  token: number;
  /** An earlier attempt began and nobody knows how it ended. */
  unknown: boolean;
  /** False when a bot's message was overtaken by a change of owner: it must not be sent. */
  allowed: boolean;
}

export type Settlement =
  | { state: 'sent'; providerId: string | null }
  | { state: 'cancelled' }
  | { state: 'dead'; error: string }
  /** Again later; `unknown` keeps the mark that an attempt may have been delivered. */
  | { state: 'pending'; delayMs: number; error: string; unknown: boolean; counts: boolean };

// The CRM's copy of a bot's message is not said to the client: it stays allowed, and its sender leaves out what was
// cancelled on the way to the client. The head is chosen without SKIP LOCKED on purpose: skipping a locked head would hand out the second row and break the
// order of the lane. A second claimer waits for the first one's short statement, sees the lease and gets nothing.
const CLAIM: Statement = {
  name: 'outbox.claim',
  text: `with head as (
      select id from outbox where chat_id = $1 and target = $2 and state = 'pending' order by ord limit 1
    )
    update outbox o set attempts = o.attempts + 1, token = o.token + 1, in_flight = true,
      leased_until = now() + $3::int * interval '1 ms'
    from head, chats c, lateral (select in_flight from outbox b where b.id = head.id) before
    where o.id = head.id and c.id = $1 and o.state = 'pending' and o.next_at <= now() and o.leased_until < now()
    returning o.id, o.author, o.seq, o.body, o.attempts, o.token, before.in_flight as unknown, c.channel, c.address,
      (o.author <> 'bot' or o.target = 'crm' or o.epoch = c.epoch) as allowed`,
};

interface ClaimRow {
  id: string;
  author: Author | 'system';
  seq: number | null;
  body: OutboxBody;
  attempts: number;
  token: number;
  unknown: boolean;
  channel: string;
  address: JsonObject;
  allowed: boolean;
}

const SETTLE: Statement = {
  name: 'outbox.settle',
  // $1 id, $2 token, $3 state, $4 provider id, $5 error, $6 delay ms, $7 still in flight, $8 attempts to take back
  text: `with o as (
      update outbox set state = $3, provider_id = coalesce($4, provider_id), error = $5, in_flight = $7,
        attempts = attempts - $8::int, leased_until = 'epoch', next_at = now() + $6::float8 * interval '1 ms',
        settled_at = case when $3 = 'pending' then null else now() end
      where id = $1 and token = $2 and state = 'pending'
      returning id, chat_id, target, seq, author, attempts
    ), dl as (
      insert into dead_letters (chat_id, source, ref, target, error, attempts)
      select chat_id, 'outbox', id, target, $5, attempts from o where $3 = 'dead'
    ), tr as (
      update transcript t set delivery = case when $3 = 'dead' then 'failed' else 'cancelled' end
      from o, chats c where $3 in ('dead', 'cancelled') and c.id = o.chat_id and c.channel = o.target
        and t.chat_id = o.chat_id and t.seq = o.seq
    )
    select (select extract(epoch from clock_timestamp() - i.received_at)::float8
        from chats c, transcript t, inbox i where $3 = 'sent' and o.author = 'bot' and c.id = o.chat_id and c.channel = o.target
          and t.chat_id = o.chat_id and t.seq = o.seq
          and i.chat_id = o.chat_id and i.kind = 'client' and i.external_id = t.in_reply_to
          and not exists (select from transcript e where e.chat_id = t.chat_id and e.turn = t.turn and e.seq < t.seq)) as waited
    from o`,
};

const STILL_ALLOWED: Statement = {
  name: 'outbox.allowed',
  text: `select (o.author <> 'bot' or o.target = 'crm' or o.epoch = c.epoch) as allowed from outbox o join chats c on c.id = o.chat_id
    where o.id = $1 and o.token = $2 and o.leased_until > now()`,
};

// From the head of one lane to the head of the next: a lane is due when its head is, and what stands behind is not read.
const DUE: Statement = {
  name: 'outbox.due',
  text: `with recursive head as (
      select h.* from unnest($1::text[]) t (target), lateral (
        select o.target, o.chat_id, o.next_at, o.leased_until from outbox o
        where o.state = 'pending' and o.target = t.target order by o.target, o.chat_id, o.ord limit 1) h
      union all
      select n.* from head h, lateral (
        select o.target, o.chat_id, o.next_at, o.leased_until from outbox o
        where o.state = 'pending' and o.target = h.target and o.chat_id > h.chat_id
        order by o.target, o.chat_id, o.ord limit 1) n
    )
    select chat_id, target from head where next_at <= now() and leased_until < now() order by next_at limit $2`,
};

/** Leases and settles rows of the outbox. A lane is one chat and one target. */
export class OutboxStore {
  constructor(
    private readonly statements: Statements,
    private readonly leaseMs: number,
  ) {}

  /** Leases the first pending row of the lane when it is due; re-reads the chat's epoch in the same statement. */
  async claim(chatId: string, target: string): Promise<LeasedItem | null> {
    const [row] = await this.statements.run<ClaimRow>(CLAIM, [chatId, target, this.leaseMs]);
    if (!row) return null;
    const body = 'seq' in row.body ? { ...row.body, seq: row.seq ?? row.body.seq } : row.body;
    return {
      item: {
        id: row.id,
        chatId,
        channel: row.channel,
        address: row.address,
        target,
        author: row.author,
        body,
        attempt: row.attempts,
      },
      token: row.token,
      unknown: row.unknown,
      allowed: row.allowed,
    };
  }

  /** Whether a bot's message may still be said and the lease is still ours. */
  async stillAllowed(leased: LeasedItem): Promise<boolean> {
    const [row] = await this.statements.run<{ allowed: boolean }>(STILL_ALLOWED, [leased.item.id, leased.token]);
    return row?.allowed ?? false;
  }

  /**
   * Records how the attempt ended. Returns seconds from the client's message to this first reply to it, when it is one that
   * was delivered; null otherwise, also when the lease had gone to another process.
   */
  async settle(leased: LeasedItem, settlement: Settlement): Promise<number | null> {
    const pending = settlement.state === 'pending' ? settlement : null;
    const [row] = await this.statements.run<{ waited: number | null }>(SETTLE, [
      leased.item.id,
      leased.token,
      settlement.state,
      settlement.state === 'sent' ? settlement.providerId : null,
      settlement.state === 'dead' ? settlement.error : (pending?.error ?? null),
      pending?.delayMs ?? 0,
      pending?.unknown ?? false,
      pending && !pending.counts ? 1 : 0,
    ]);
    return row?.waited ?? null;
  }

  /** Lanes with something due that nobody works on. */
  async due(targets: readonly string[], limit: number): Promise<{ chatId: string; target: string }[]> {
    const rows = await this.statements.run<{ chat_id: string; target: string }>(DUE, [targets, limit]);
    return rows.map((row) => ({ chatId: row.chat_id, target: row.target }));
  }
}
