import { backoff, type ChatSettings } from './settings.js';
import type { Statement, Statements } from './statements.js';
import type { SessionWrites, StoredCheckpoint } from './turn-checkpointer.js';
import type { TurnPlan } from './turn-plan.js';
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
  | { state: 'committed'; more: boolean }
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
    select w.n, w.wait, snap.lease_until >= now() as busy,
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

// $1 chat, $2 fence, $3 epoch, $4 positions, $5 plan, $6 checkpoints, $7 writes, $8 view, $9 keep, $10 turn record
const commitStatement = (name: string, rare: string): Statement => ({
  name,
  text: `with u as (
      update chats set lease_until = 'epoch', leased_by = null, attempts = 0, retry_at = 'epoch', turn = turn + 1,
        last_seq = last_seq + json_array_length($5::json->'transcript'),
        outbox_seq = outbox_seq + json_array_length($5::json->'outbox'),
        owner = case when ($5::json->>'handoff')::bool then 'manager' else owner end,
        epoch = epoch + ($5::json->>'handoff')::bool::int,
        scenario = case when $8::json is null then scenario else $8::json->>'scenario' end,
        step = case when $8::json is null then step else $8::json->>'step' end,
        slots = case when $8::json is null then slots else $8::json->'slots' end,
        updated_at = now()
      where id = $1 and fence = $2 and epoch = $3
      returning turn, epoch, last_seq - json_array_length($5::json->'transcript') as seq0,
        outbox_seq - json_array_length($5::json->'outbox') as ord0
    ), d as (
      update inbox set done_turn = u.turn from u where chat_id = $1 and position = any($4::bigint[]) and done_turn is null
    ), tr as (
      insert into transcript (chat_id, seq, author, content, in_reply_to, turn)
      select $1, u.seq0 + x."offset", 'bot', x.content, x."inReplyTo", u.turn
      from u, json_to_recordset($5::json->'transcript') x ("offset" int, content json, "inReplyTo" text)
    ), ob as (
      insert into outbox (id, chat_id, target, ord, turn, seq, author, epoch, body, state)
      select x.id, $1, x.target, u.ord0 + x."offset", u.turn, u.seq0 + x."seqOffset", x.author, u.epoch, x.body, x.state
      from u, json_to_recordset($5::json->'outbox')
        x (id text, target text, "offset" int, "seqOffset" int, author text, body json, state text)
    ), cp as (
      insert into checkpoints (thread_id, ns, id, parent_id, checkpoint, metadata)
      select $1, x.ns, x.id, x."parentId", x.checkpoint, x.metadata::jsonb
      from u, json_to_recordset($6::json) x (ns text, id text, "parentId" text, checkpoint text, metadata text)
    ), old as (
      delete from checkpoints k using u where k.thread_id = $1 and k.ns = '' and json_array_length($6::json) > 0
        and k.id in (select id from checkpoints where thread_id = $1 and ns = '' order by id desc offset $9::int - 1)
    ), rec as (
      insert into turns (chat_id, turn, fence, worker, owner, events, effects, outcome, run_ms)
      select $1, u.turn, $2, x.worker, x.owner, x.events, x.effects, x.outcome, x."runMs"
      from u, json_to_record($10::json) x (worker text, owner text, events int, effects int, outcome text, "runMs" int)
    ${rare})
    select exists(select 1 from inbox where chat_id = $1 and done_turn is null and position <> all($4::bigint[])) as more from u`,
});

// Most turns set no timer, leave no pending writes and park nothing: they are spared those parts of the statement.
// $7 has to stay mentioned for the statement's parameters to be numbered alike.
const COMMIT = commitStatement('turn.commit', `), unused as (select $7::json`);

const COMMIT_RARE = commitStatement(
  'turn.commitRare',
  `), ti as (
      insert into timers (chat_id, name, due_at, data, turn)
      select $1, x.name, now() + x."afterMs" * interval '1 ms', x.data, u.turn
      from u, json_to_recordset($5::json->'timers') x (name text, "afterMs" float8, data json)
      on conflict (chat_id, name) do update set due_at = excluded.due_at, data = excluded.data, turn = excluded.turn
    ), tc as (
      delete from timers t using u where t.chat_id = $1
        and t.name in (select json_array_elements_text($5::json->'cancelTimers'))
    ), wr as (
      insert into checkpoint_writes (thread_id, ns, checkpoint_id, task_id, idx, channel, value)
      select $1, x.ns, x."checkpointId", x."taskId", x.idx, x.channel, x.value
      from u, json_to_recordset($7::json)
        x (ns text, "checkpointId" text, "taskId" text, idx int, channel text, value text)
    ), dl as (
      insert into dead_letters (chat_id, source, ref, error, attempts)
      select $1, 'turn', i.kind || ':' || i.external_id, x.error, x.attempts
      from u, json_to_record($10::json) x (outcome text, error text, attempts int),
        inbox i where x.outcome = 'parked' and i.chat_id = $1 and i.position = any($4::bigint[])
    `,
);

const RELEASE: Statement = {
  name: 'turn.release',
  text: `update chats set lease_until = 'epoch', leased_by = null where id = $1 and fence = $2 returning 1 as held`,
};

const FAIL: Statement = {
  name: 'turn.fail',
  text: `update chats set lease_until = 'epoch', leased_by = null, attempts = attempts + 1,
      retry_at = now() + $3::int * interval '1 ms' where id = $1 and fence = $2 returning 1 as held`,
};

const RENEW: Statement = {
  name: 'turn.renew',
  text: `update chats set lease_until = now() + $3::int * interval '1 ms' where id = $1 and fence = $2 returning 1 as held`,
};

const SWEEP: Statement = {
  name: 'turn.sweep',
  text: `select i.chat_id from inbox i join chats c on c.id = i.chat_id
    where i.done_turn is null and c.lease_until < now() and c.retry_at <= now()
      and (i.urgent or i.received_at < now() - $1::int * interval '1 ms')
    group by i.chat_id order by min(i.received_at) limit $2`,
};

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
    /** Names this process in leases and turn records. */
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
    const { plan, saved } = commit;
    const rare = commit.parked !== undefined || plan.timers.length + plan.cancelTimers.length + saved.writes.length > 0;
    const [row] = await this.statements.run<{ more: boolean }>(rare ? COMMIT_RARE : COMMIT, [
      claim.chatId,
      claim.fence,
      claim.epoch,
      claim.positions,
      JSON.stringify(plan),
      JSON.stringify(saved.checkpoints),
      JSON.stringify(saved.writes),
      commit.view === null ? null : JSON.stringify(commit.view),
      this.settings.keepCheckpoints,
      JSON.stringify({
        worker: this.worker,
        owner: claim.owner,
        events: claim.events.length,
        effects: commit.effects,
        outcome: commit.parked ? 'parked' : 'committed',
        runMs: Math.round(commit.runMs),
        error: commit.parked?.error,
        attempts: claim.attempts + 1,
      }),
    ]);
    if (row) return { state: 'committed', more: row.more };
    return { state: (await this.release(claim)) ? 'epoch-changed' : 'lease-lost' };
  }

  /** Gives the lease back without a commit; false when it was lost already. */
  async release(claim: Claim): Promise<boolean> {
    return (await this.statements.run(RELEASE, [claim.chatId, claim.fence])).length > 0;
  }

  /** Records a failed attempt and returns the pause before the next, or null when the lease was lost. */
  async fail(claim: Claim): Promise<number | null> {
    const pause = backoff(claim.attempts + 1, this.settings);
    return (await this.statements.run(FAIL, [claim.chatId, claim.fence, pause])).length > 0 ? pause : null;
  }

  /** Prolongs the lease of a long turn; false when it was lost. */
  async renew(claim: Claim): Promise<boolean> {
    return (await this.statements.run(RENEW, [claim.chatId, claim.fence, this.settings.leaseMs])).length > 0;
  }

  /** Chats with unread events nobody works on. */
  async overlooked(limit: number): Promise<string[]> {
    const rows = await this.statements.run<{ chat_id: string }>(SWEEP, [this.settings.quietMs, limit]);
    return rows.map((row) => row.chat_id);
  }
}
