import { COMMIT, COMMIT_RARE } from './commit-sql.js';
import { backoff, type ChatSettings } from './settings.js';
import type { Statement, Statements } from './statements.js';
import type { TurnPlan } from './turn-plan.js';
import type { SessionWrites, StoredCheckpoint } from './turn-session.js';
import type { ChatEvent, JsonObject, Owner } from './types.js';

/** A chat taken for one turn. */
export interface Claim {
  chatId: string;
  channel: string;
  owner: Owner;
  epoch: number;
  fence: string;
  /** Number of the turn being run. */
  turn: number;
  /** Failed attempts before this one. */
  attempts: number;
  events: ChatEvent[];
  positions: string[];
  checkpoint: StoredCheckpoint | null;
}

export type ClaimResult =
  | { state: 'claimed'; claim: Claim }
  /** Nothing unread. */
  | { state: 'idle' }
  /** The quiet window or a backoff is still open. */
  | { state: 'wait'; ms: number }
  /** Another worker holds the lease. */
  | { state: 'busy' }
  /** The chat moved under the statement: ask again. */
  | { state: 'moved' };

export type CommitResult =
  /** `waited`: seconds since the last client's message of the turn was stored, by the database's clock; null without one. */
  | { state: 'committed'; more: boolean; waited: number | null }
  /** Somebody took the chat over while the turn ran; the lease was released, the events stay. */
  | { state: 'epoch-changed' }
  /** The lease went to another worker. */
  | { state: 'lease-lost' };

export interface TurnView {
  scenario: string | null;
  step: string | null;
  slots: JsonObject;
}

// `snap` is what the statement saw when it began. When it has to wait for another worker's commit, PostgreSQL continues
// with the new version of the chat's row but the old versions of everything else; comparing the fence and the turn
// with the snapshot then fails the update, so that consumed events and a stale checkpoint are never handed out.
//
// The claim does not wait for its record to reach the disk: the commit of the turn, which does wait, comes after it in the
// same log. A server that crashes in between forgets the claim as if it had never been made; then the fence may be given
// out a second time, and `leased_by`, which names one process, tells the two turns apart.
const CLAIM: Statement = {
  name: 'turn.claim',
  text: `with snap as (
      select fence, turn, lease_until, retry_at, case when attempts > 0 then 1 else $5::int end as take
      from chats where id = $1
    ), e as (
      select position, urgent, body, received_at from inbox
      where chat_id = $1 and done_turn is null order by position limit (select take from snap)
    ), w as (
      select count(*)::int as n, case when bool_or(urgent) or count(*) >= $5::int then 0 else greatest(0, ceil(1000 * extract(epoch from
        least(max(received_at) + $3::int * interval '1 ms', min(received_at) + $4::int * interval '1 ms') - now())))::int end as wait
      from e
    ), c as (
      update chats set fence = chats.fence + 1, lease_until = now() + $2::int * interval '1 ms', leased_by = $6
      from snap, w
      where chats.id = $1 and chats.fence = snap.fence and chats.turn = snap.turn
        and w.n > 0 and w.wait <= 0 and chats.lease_until < now() and chats.retry_at <= now()
      returning chats.channel, chats.owner, chats.epoch, chats.fence, chats.turn, chats.attempts
    )
    select set_config('synchronous_commit', 'off', true), w.n, w.wait, snap.lease_until >= now() as busy,
      ceil(1000 * extract(epoch from snap.retry_at - now()))::float8 as retry_ms,
      c.channel, c.owner, c.epoch, c.fence, c.turn, c.attempts,
      (select json_agg(json_build_object('p', position::text, 'b', body) order by position) from e) as events,
      cp.ns, cp.id, cp.parent_id, cp.checkpoint, cp.metadata::text as metadata
    from w left join snap on true left join c on true left join lateral (
      select ns, id, parent_id, checkpoint, metadata from checkpoints
      where thread_id = $1 and ns = '' and c.fence is not null order by id desc limit 1) cp on true`,
};

interface ClaimRow {
  n: number;
  wait: number | null;
  busy: boolean | null;
  retry_ms: number | null;
  channel: string | null;
  owner: Owner;
  epoch: number;
  fence: string | null;
  turn: number;
  attempts: number;
  events: { p: string; b: ChatEvent }[] | null;
  ns: string | null;
  id: string;
  parent_id: string | null;
  checkpoint: string;
  metadata: string;
}

const RELEASE: Statement = {
  name: 'turn.release',
  text: `update chats set lease_until = 'epoch', leased_by = null
    where id = $1 and fence = $2 and leased_by = $3 returning 1 as held`,
};

const RELEASE_OWN: Statement = {
  name: 'turn.releaseOwn',
  text: `update chats set lease_until = 'epoch', leased_by = null where id = $1 and leased_by = $2 returning 1 as held`,
};

const FAIL: Statement = {
  name: 'turn.fail',
  text: `update chats set lease_until = 'epoch', leased_by = null, attempts = attempts + 1,
      retry_at = now() + $4::int * interval '1 ms' where id = $1 and fence = $2 and leased_by = $3 returning 1 as held`,
};

const RENEW: Statement = {
  name: 'turn.renew',
  text: `update chats set lease_until = now() + $4::int * interval '1 ms'
    where id = $1 and fence = $2 and leased_by = $3 returning 1 as held`,
};

const TAKEN: Statement = {
  name: 'turn.taken',
  text: `select exists(select from inbox where chat_id = $1 and done_turn is null and kind in ('manager', 'owner')
      and position <> all($2::bigint[])) as taken`,
};

const SWEEP: Statement = {
  name: 'turn.sweep',
  text: `select i.chat_id from inbox i join chats c on c.id = i.chat_id
    where i.done_turn is null and c.lease_until < now() and c.retry_at <= now()
      and (i.urgent or i.received_at < now() - $1::int * interval '1 ms')
    group by i.chat_id order by min(i.received_at) limit $2`,
};

interface CommitRow {
  more: boolean;
  waited: number | null;
}

/** What a commit takes. */
export interface Commit {
  plan: TurnPlan;
  saved: SessionWrites;
  view: TurnView | null;
  /** Effects the handler asked for, and how long it ran. */
  effects: number;
  runMs: number;
  /** Set when the events are given up: they become dead letters in the same transaction. */
  parked?: { error: string };
}

/** Claim and commit of turns: one statement each, so a turn costs two round trips. */
export class TurnStore {
  constructor(
    private readonly statements: Statements,
    private readonly settings: ChatSettings,
    /** Names this process in leases and turn records; no other one ever has the same name. */
    readonly worker: string,
  ) {}

  /** Takes the chat's lease when there is something to do now. */
  async claim(chatId: string): Promise<ClaimResult> {
    const { leaseMs, quietMs, quietMaxMs, maxEventsPerTurn } = this.settings;
    const [row] = await this.statements.run<ClaimRow>(CLAIM, [
      chatId,
      leaseMs,
      quietMs,
      quietMaxMs,
      maxEventsPerTurn,
      this.worker,
    ]);
    if (!row || row.n === 0) return { state: 'idle' };
    if (row.fence === null || row.channel === null) {
      if (row.busy) return { state: 'busy' };
      const ms = Math.max(row.wait ?? 0, row.retry_ms ?? 0);
      return ms > 0 ? { state: 'wait', ms } : { state: 'moved' };
    }
    const events = row.events ?? [];
    return {
      state: 'claimed',
      claim: {
        chatId,
        channel: row.channel,
        owner: row.owner,
        epoch: row.epoch,
        fence: row.fence,
        turn: row.turn + 1,
        attempts: row.attempts,
        events: events.map((event) => event.b),
        positions: events.map((event) => event.p),
        checkpoint:
          row.ns === null
            ? null
            : { ns: row.ns, id: row.id, parentId: row.parent_id, checkpoint: row.checkpoint, metadata: row.metadata },
      },
    };
  }

  /** Writes everything the turn decided, or nothing when the fence or the epoch moved on. */
  async commit(claim: Claim, commit: Commit): Promise<CommitResult> {
    const { plan, saved, view, parked } = commit;
    const main = saved.checkpoints.find((checkpoint) => checkpoint.ns === '');
    const nested = saved.checkpoints.filter((checkpoint) => checkpoint.ns !== '');
    const values: unknown[] = [
      claim.chatId,
      claim.fence,
      claim.epoch,
      claim.positions,
      JSON.stringify(plan.transcript),
      JSON.stringify(plan.outbox),
      plan.transcript.length,
      plan.outbox.length,
      plan.owner,
      view !== null,
      view?.scenario ?? null,
      view?.step ?? null,
      view ? JSON.stringify(view.slots) : null,
      main?.id ?? null,
      main?.parentId ?? null,
      main?.checkpoint ?? null,
      main?.metadata ?? null,
      this.settings.keepCheckpoints,
      this.worker,
      claim.owner,
      claim.events.length,
      commit.effects,
      parked ? 'parked' : 'committed',
      Math.round(commit.runMs),
    ];
    const { timers, cancelTimers } = plan;
    const hasRare = parked || timers.length + cancelTimers.length + saved.writes.length + nested.length > 0;
    const rare = { timers, cancelTimers, nested, writes: saved.writes, attempts: claim.attempts + 1, ...parked };
    const [row] = hasRare
      ? await this.statements.run<CommitRow>(COMMIT_RARE, [...values, JSON.stringify(rare)])
      : await this.statements.run<CommitRow>(COMMIT, values);
    if (row) return { state: 'committed', ...row };
    return { state: (await this.release(claim)) ? 'epoch-changed' : 'lease-lost' };
  }

  /** Whether a manager has written, or the owner changed, in events this turn has not taken. */
  async isTaken(claim: Claim): Promise<boolean> {
    return (await this.statements.run<{ taken: boolean }>(TAKEN, [claim.chatId, claim.positions]))[0]?.taken ?? true;
  }

  /** Gives the lease back without a commit; false when it was lost already. */
  async release(claim: Claim): Promise<boolean> {
    return (await this.statements.run(RELEASE, [claim.chatId, claim.fence, this.worker])).length > 0;
  }

  /** Gives back whatever this process holds of the chat: a claim whose answer was lost may have taken the lease. */
  async releaseOwn(chatId: string): Promise<boolean> {
    return (await this.statements.run(RELEASE_OWN, [chatId, this.worker])).length > 0;
  }

  /** Records a failed attempt and returns the pause before the next, or null when the lease was lost. */
  async fail(claim: Claim): Promise<number | null> {
    const pause = backoff(claim.attempts + 1, this.settings);
    return (await this.statements.run(FAIL, [claim.chatId, claim.fence, this.worker, pause])).length > 0 ? pause : null;
  }

  /** Prolongs the lease of a long turn; false when it was lost. */
  async renew(claim: Claim): Promise<boolean> {
    return (
      (await this.statements.run(RENEW, [claim.chatId, claim.fence, this.worker, this.settings.leaseMs])).length > 0
    );
  }

  /** Chats with unread events nobody works on. */
  async overlooked(limit: number): Promise<string[]> {
    const rows = await this.statements.run<{ chat_id: string }>(SWEEP, [this.settings.quietMs, limit]);
    return rows.map((row) => row.chat_id);
  }
}
