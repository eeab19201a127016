import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  type PendingWrite,
  WRITES_IDX_MAP,
} from '@langchain/langgraph-checkpoint';
import { configOf } from './checkpoint-config.js';
import { idAfter } from './checkpoint-id.js';

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

/** A pending write as a row: writes with a reserved channel have an index of their own. */
export function writeRows(writes: PendingWrite[]): { idx: number; channel: string; value: string }[] {
  return writes.map(([channel, value], index) => ({
    idx: WRITES_IDX_MAP[channel] ?? index,
    channel,
    value: JSON.stringify(value ?? null),
  }));
}

/** The checkpoints of one claimed turn: what the claim loaded, and what the graph has written since. */
export class TurnSession {
  readonly #checkpoints = new Map<string, StoredCheckpoint>();
  readonly #writes = new Map<string, StoredWrite>();
  /** Ids the graph knows a checkpoint by, where it is stored under a later one. */
  readonly #storedAs = new Map<string, string>();

  constructor(
    readonly threadId: string,
    private readonly loaded: StoredCheckpoint | null,
  ) {}

  /** What goes into the commit. */
  get written(): SessionWrites {
    return { checkpoints: [...this.#checkpoints.values()], writes: [...this.#writes.values()] };
  }

  /**
   * The values are whole here (LangGraph passes all channels), so nothing has to be merged with the parent's. Returns the id
   * it is stored under: always after that of the loaded one, whatever the clocks of the two processes say.
   */
  put(ns: string, parentId: string | null, checkpoint: Checkpoint, metadata: CheckpointMetadata): string {
    const id = this.loaded?.ns === ns ? idAfter(this.loaded.id, checkpoint.id) : checkpoint.id;
    if (id !== checkpoint.id) this.#storedAs.set(checkpoint.id, id);
    this.#checkpoints.set(ns, {
      ns,
      id,
      parentId,
      checkpoint: JSON.stringify({ ...checkpoint, id }),
      metadata: JSON.stringify(metadata),
    });
    return id;
  }

  /** The first write of a task at an index stays, unless its channel is a reserved one. */
  putWrites(ns: string, known: string, taskId: string, writes: PendingWrite[]): void {
    const checkpointId = this.#storedAs.get(known) ?? known;
    for (const row of writeRows(writes)) {
      const key = `${ns}\n${checkpointId}\n${taskId}\n${row.idx}`;
      if (row.idx < 0 || !this.#writes.has(key)) this.#writes.set(key, { ns, checkpointId, taskId, ...row });
    }
  }

  /** A tuple, `null` for "known to be absent", `undefined` for "ask the database". */
  read(ns: string, known: string | undefined): CheckpointTuple | null | undefined {
    const id = known === undefined ? undefined : (this.#storedAs.get(known) ?? known);
    const own = this.#checkpoints.get(ns);
    const loaded = this.loaded?.ns === ns ? this.loaded : null;
    const found = id === undefined ? (own ?? loaded) : [own, loaded].find((stored) => stored?.id === id);
    if (!found) return ns === '' && id === undefined ? null : undefined;
    const pendingWrites: CheckpointPendingWrite[] = [...this.#writes.values()]
      .filter((write) => write.ns === ns && write.checkpointId === found.id)
      .map((write) => [write.taskId, write.channel, JSON.parse(write.value)]);
    const tuple: CheckpointTuple = {
      config: configOf(this.threadId, ns, found.id),
      checkpoint: JSON.parse(found.checkpoint) as Checkpoint,
      metadata: JSON.parse(found.metadata) as CheckpointMetadata,
      pendingWrites,
    };
    if (found.parentId !== null) tuple.parentConfig = configOf(this.threadId, ns, found.parentId);
    return tuple;
  }
}
