import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
} from '@langchain/langgraph-checkpoint';
import type { Statement, Statements } from './statements.js';

/** A checkpoint as stored: JSON texts, so that claim and commit carry it without looking inside. */
export interface StoredCheckpoint {
  ns: string;
  id: string;
  parentId: string | null;
  checkpoint: string;
  /** A JSON text on the way in, parsed on the way out (the column is jsonb, for filters). */
  metadata: string;
}

export interface StoredWrite {
  ns: string;
  checkpointId: string;
  taskId: string;
  idx: number;
  channel: string;
  value: string;
}

/** What a turn's graph wrote, for the commit. */
export interface SessionWrites {
  checkpoints: StoredCheckpoint[];
  writes: StoredWrite[];
}

interface Session {
  threadId: string;
  loaded: StoredCheckpoint | null;
  checkpoints: Map<string, StoredCheckpoint>;
  writes: Map<string, StoredWrite>;
}

/** Key in `configurable` that ties a graph run to the claim it belongs to. */
const SESSION_KEY = 'turn_session';

const checkpointKey = (ns: string, id: string) => `${ns}\n${id}`;

interface CheckpointRow {
  thread_id: string;
  ns: string;
  id: string;
  parent_id: string | null;
  checkpoint: string;
  metadata: CheckpointMetadata;
  writes: [taskId: string, channel: string, value: string][];
}

const COLUMNS = `c.thread_id, c.ns, c.id, c.parent_id, c.checkpoint, c.metadata,
  (select coalesce(json_agg(json_build_array(w.task_id, w.channel, w.value) order by w.task_id, w.idx), '[]')
   from checkpoint_writes w where w.thread_id = c.thread_id and w.ns = c.ns and w.checkpoint_id = c.id) as writes`;

const GET_ONE: Statement = {
  name: 'checkpoint.get',
  text: `select ${COLUMNS} from checkpoints c where c.thread_id = $1 and c.ns = $2 and c.id = $3`,
};

const GET_LATEST: Statement = {
  name: 'checkpoint.latest',
  text: `select ${COLUMNS} from checkpoints c where c.thread_id = $1 and c.ns = $2 order by c.id desc limit 1`,
};

const LIST: Statement = {
  name: 'checkpoint.list',
  text: `select ${COLUMNS} from checkpoints c
    where ($1::text is null or c.thread_id = $1) and ($2::text is null or c.ns = $2) and ($3::text is null or c.id = $3)
      and ($4::text is null or c.id < $4) and ($5::jsonb is null or c.metadata @> $5)
    order by c.thread_id, c.ns, c.id desc limit $6`,
};

const PUT: Statement = {
  name: 'checkpoint.put',
  text: `with kept as (
      insert into checkpoints (thread_id, ns, id, parent_id, checkpoint, metadata) values ($1, $2, $3, $4, $5, $6)
      on conflict (thread_id, ns, id) do update
        set parent_id = excluded.parent_id, checkpoint = excluded.checkpoint, metadata = excluded.metadata
    ), old as (
      delete from checkpoints where thread_id = $1 and ns = $2 and id in (
        select id from checkpoints where thread_id = $1 and ns = $2 and id <> $3 order by id desc offset $7 - 1)
      returning id
    )
    delete from checkpoint_writes w using old where w.thread_id = $1 and w.ns = $2 and w.checkpoint_id = old.id`,
};

const PUT_WRITES: Statement = {
  name: 'checkpoint.putWrites',
  text: `insert into checkpoint_writes (thread_id, ns, checkpoint_id, task_id, idx, channel, value)
    select $1, $2, $3, $4, w.idx, w.channel, w.value from jsonb_to_recordset($5) w (idx int, channel text, value text)
    on conflict (thread_id, ns, checkpoint_id, task_id, idx) do update
      set channel = excluded.channel, value = excluded.value where excluded.idx < 0`,
};

const DELETE_THREAD: Statement = {
  name: 'checkpoint.deleteThread',
  text: `with gone as (delete from checkpoint_writes where thread_id = $1) delete from checkpoints where thread_id = $1`,
};

function identify(config: RunnableConfig): { threadId: string; ns: string; id: string | undefined } {
  const threadId: unknown = config.configurable?.thread_id;
  if (typeof threadId !== 'string' || threadId === '') {
    throw new Error('the checkpointer needs a non-empty string in config.configurable.thread_id');
  }
  const ns: unknown = config.configurable?.checkpoint_ns ?? '';
  if (typeof ns !== 'string') throw new Error('config.configurable.checkpoint_ns is not a string');
  const id: unknown = config.configurable?.checkpoint_id || config.configurable?.thread_ts;
  return { threadId, ns, id: typeof id === 'string' ? id : undefined };
}

function configOf(threadId: string, ns: string, id: string): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: id } };
}

function parseCheckpoint(text: string): Checkpoint {
  return JSON.parse(text) as Checkpoint;
}

/**
 * LangGraph checkpointer over Postgres that costs a turn no query of its own: inside a session (opened by the turn
 * runner for a claimed chat) reads are served from what the claim loaded and writes are kept for the commit. Outside a
 * session it reads and writes the database directly (inspection, tests, stepping back).
 *
 * States are plain JSON: what JSON cannot carry (class instances, `undefined`) does not belong into the state. Each
 * stored checkpoint is complete, and only the newest `keep` per thread and namespace remain.
 */
export class TurnCheckpointer extends BaseCheckpointSaver {
  readonly #sessions = new Map<string, Session>();

  constructor(
    private readonly statements: Statements,
    private readonly options: { keep: number },
  ) {
    super();
  }

  /** Opens a session over the checkpoint the claim loaded; pass the returned config to `graph.invoke`. */
  openSession(threadId: string, key: string, loaded: StoredCheckpoint | null): RunnableConfig {
    this.#sessions.set(key, { threadId, loaded, checkpoints: new Map(), writes: new Map() });
    return { configurable: { thread_id: threadId, [SESSION_KEY]: key } };
  }

  /** Ends the session and returns what the graph wrote; nothing when the graph did not run. */
  closeSession(key: string): SessionWrites {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    return {
      checkpoints: session ? [...session.checkpoints.values()] : [],
      writes: session ? [...session.writes.values()] : [],
    };
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.thread_id === undefined) return undefined;
    const { threadId, ns, id } = identify(config);
    const session = this.#sessionOf(config, threadId);
    const live = session && this.#readSession(session, ns, id);
    if (live !== undefined) return live ?? undefined;
    const [row] = id
      ? await this.statements.run<CheckpointRow>(GET_ONE, [threadId, ns, id])
      : await this.statements.run<CheckpointRow>(GET_LATEST, [threadId, ns]);
    return row && this.#tupleOf(row);
  }

  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { limit, before, filter } = options;
    const rows = await this.statements.run<CheckpointRow>(LIST, [
      config.configurable?.thread_id ?? null,
      config.configurable?.checkpoint_ns ?? null,
      config.configurable?.checkpoint_id ?? null,
      before?.configurable?.checkpoint_id ?? null,
      filter ? JSON.stringify(filter) : null,
      limit ?? null,
    ]);
    for (const row of rows) yield await this.#tupleOf(row);
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { threadId, ns, id: parentId } = identify(config);
    const session = this.#sessionOf(config, threadId);
    if (session) {
      // The values are whole here (LangGraph passes all channels), so nothing has to be merged with the parent's.
      session.checkpoints.set(ns, {
        ns,
        id: checkpoint.id,
        parentId: parentId ?? null,
        checkpoint: JSON.stringify(checkpoint),
        metadata: JSON.stringify(metadata),
      });
    } else {
      const [parent] = parentId ? await this.statements.run<CheckpointRow>(GET_ONE, [threadId, ns, parentId]) : [];
      const stored = { ...checkpoint, channel_values: changedValues(checkpoint, newVersions, parent) };
      await this.statements.run(PUT, [
        threadId,
        ns,
        checkpoint.id,
        parentId ?? null,
        JSON.stringify(stored),
        JSON.stringify(metadata),
        this.options.keep,
      ]);
    }
    return configOf(threadId, ns, checkpoint.id);
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { threadId, ns, id } = identify(config);
    if (id === undefined) throw new Error('putWrites needs config.configurable.checkpoint_id');
    const rows = writes.map(([channel, value], index) => ({
      idx: WRITES_IDX_MAP[channel] ?? index,
      channel,
      value: JSON.stringify(value ?? null),
    }));
    const session = this.#sessionOf(config, threadId);
    if (session) {
      for (const row of rows) {
        const key = `${checkpointKey(ns, id)}\n${taskId}\n${row.idx}`;
        if (row.idx < 0 || !session.writes.has(key)) session.writes.set(key, { ns, checkpointId: id, taskId, ...row });
      }
      return;
    }
    await this.statements.run(PUT_WRITES, [threadId, ns, id, taskId, JSON.stringify(rows)]);
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.statements.run(DELETE_THREAD, [threadId]);
  }

  #sessionOf(config: RunnableConfig, threadId: string): Session | undefined {
    const key: unknown = config.configurable?.[SESSION_KEY];
    if (typeof key !== 'string') return undefined;
    const session = this.#sessions.get(key);
    // A run that outlived its session (its lease was lost) must not fall through to writing the database directly.
    if (!session) throw new Error(`turn session ${key} is closed`);
    if (session.threadId !== threadId) throw new Error(`turn session ${key} belongs to another thread`);
    return session;
  }

  async #tupleOf(row: CheckpointRow): Promise<CheckpointTuple> {
    const tuple = tupleOf(row);
    if (tuple.checkpoint.v < 4 && row.parent_id !== null) {
      // Formats before 4 kept the tasks to send among the parent's writes instead of in a channel.
      const [parent] = await this.statements.run<CheckpointRow>(GET_ONE, [row.thread_id, row.ns, row.parent_id]);
      const versions = Object.values(tuple.checkpoint.channel_versions);
      tuple.checkpoint.channel_values[TASKS] = (parent?.writes ?? [])
        .filter(([, channel]) => channel === TASKS)
        .map(([, , value]) => JSON.parse(value));
      tuple.checkpoint.channel_versions[TASKS] =
        versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
    }
    return tuple;
  }

  /** The session's answer: a tuple, `null` for "known to be absent", `undefined` for "ask the database". */
  #readSession(session: Session, ns: string, id: string | undefined): CheckpointTuple | null | undefined {
    const own = session.checkpoints.get(ns);
    const loaded = session.loaded?.ns === ns ? session.loaded : null;
    const found = id === undefined ? (own ?? loaded) : [own, loaded].find((stored) => stored?.id === id);
    if (!found) return ns === '' && id === undefined ? null : undefined;
    const pendingWrites: CheckpointPendingWrite[] = [...session.writes.values()]
      .filter((write) => write.ns === ns && write.checkpointId === found.id)
      .map((write) => [write.taskId, write.channel, JSON.parse(write.value)]);
    const tuple: CheckpointTuple = {
      config: configOf(session.threadId, ns, found.id),
      checkpoint: parseCheckpoint(found.checkpoint),
      metadata: JSON.parse(found.metadata) as CheckpointMetadata,
      pendingWrites,
    };
    if (found.parentId !== null) tuple.parentConfig = configOf(session.threadId, ns, found.parentId);
    return tuple;
  }
}

/** Values of the channels this checkpoint changed, and the parent's for the rest: a caller may pass stale ones. */
function changedValues(
  checkpoint: Checkpoint,
  newVersions: ChannelVersions,
  parent: CheckpointRow | undefined,
): Record<string, unknown> {
  const inherited = parent ? parseCheckpoint(parent.checkpoint).channel_values : {};
  const values: Record<string, unknown> = {};
  for (const [channel, value] of Object.entries(checkpoint.channel_values)) {
    if (channel in newVersions) values[channel] = value;
    else if (channel in inherited) values[channel] = inherited[channel];
  }
  return values;
}

function tupleOf(row: CheckpointRow): CheckpointTuple {
  const tuple: CheckpointTuple = {
    config: configOf(row.thread_id, row.ns, row.id),
    checkpoint: parseCheckpoint(row.checkpoint),
    metadata: row.metadata,
    pendingWrites: row.writes.map(([taskId, channel, value]) => [taskId, channel, JSON.parse(value)]),
  };
  if (row.parent_id !== null) tuple.parentConfig = configOf(row.thread_id, row.ns, row.parent_id);
  return tuple;
}
