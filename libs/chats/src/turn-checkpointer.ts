import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
} from '@langchain/langgraph-checkpoint';
import { configOf, identify } from './checkpoint-config.js';
import {
  type CheckpointRow,
  DELETE_THREAD,
  GET_LATEST,
  GET_ONE,
  LIST,
  PUT,
  PUT_WRITES,
  tupleOf,
} from './checkpoint-sql.js';
import type { Statements } from './statements.js';
import { type SessionWrites, type StoredCheckpoint, TurnSession, writeRows } from './turn-session.js';

/** Key in `configurable` that ties a graph run to the claim it belongs to. */
const SESSION_KEY = 'turn_session';

/**
 * LangGraph checkpointer over Postgres that costs a turn no query of its own: inside a session (opened by the turn
 * runner for a claimed chat) reads are served from what the claim loaded and writes are kept for the commit. Outside a
 * session it reads and writes the database directly (inspection, tests, stepping back).
 *
 * States are plain JSON: what JSON cannot carry (class instances, `undefined`) does not belong into the state. Each
 * stored checkpoint is complete, and only the newest `keep` per thread and namespace remain.
 */
export class TurnCheckpointer extends BaseCheckpointSaver {
  readonly #sessions = new Map<string, TurnSession>();

  constructor(
    private readonly statements: Statements,
    private readonly options: { keep: number },
  ) {
    super();
  }

  /** Opens a session over the checkpoint the claim loaded; pass the returned config to `graph.invoke`. */
  openSession(threadId: string, key: string, loaded: StoredCheckpoint | null): RunnableConfig {
    this.#sessions.set(key, new TurnSession(threadId, loaded));
    return { configurable: { thread_id: threadId, [SESSION_KEY]: key } };
  }

  /** Ends the session and returns what the graph wrote; nothing when the graph did not run. */
  closeSession(key: string): SessionWrites {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    return session?.written ?? { checkpoints: [], writes: [] };
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.thread_id === undefined) return undefined;
    const { threadId, ns, id } = identify(config);
    const session = this.#sessionOf(config, threadId);
    const live = session?.read(ns, id);
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
    if (session) return configOf(threadId, ns, session.put(ns, parentId ?? null, checkpoint, metadata));
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
    return configOf(threadId, ns, checkpoint.id);
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { threadId, ns, id } = identify(config);
    if (id === undefined) throw new Error('putWrites needs config.configurable.checkpoint_id');
    const session = this.#sessionOf(config, threadId);
    if (session) session.putWrites(ns, id, taskId, writes);
    else await this.statements.run(PUT_WRITES, [threadId, ns, id, taskId, JSON.stringify(writeRows(writes))]);
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.statements.run(DELETE_THREAD, [threadId]);
  }

  #sessionOf(config: RunnableConfig, threadId: string): TurnSession | undefined {
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
}

/** Values of the channels this checkpoint changed, and the parent's for the rest: a caller may pass stale ones. */
function changedValues(
  checkpoint: Checkpoint,
  newVersions: ChannelVersions,
  parent: CheckpointRow | undefined,
): Record<string, unknown> {
  const inherited = parent ? (JSON.parse(parent.checkpoint) as Checkpoint).channel_values : {};
  const values: Record<string, unknown> = {};
  for (const [channel, value] of Object.entries(checkpoint.channel_values)) {
    if (channel in newVersions) values[channel] = value;
    else if (channel in inherited) values[channel] = inherited[channel];
  }
  return values;
}
