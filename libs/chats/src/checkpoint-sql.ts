import type { CheckpointMetadata, CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { configOf } from './checkpoint-config.js';
import type { Statement } from './statements.js';

/** A checkpoint as the database hands it out. */
export interface CheckpointRow {
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

export const GET_ONE: Statement = {
  name: 'checkpoint.get',
  text: `select ${COLUMNS} from checkpoints c where c.thread_id = $1 and c.ns = $2 and c.id = $3`,
};

export const GET_LATEST: Statement = {
  name: 'checkpoint.latest',
  text: `select ${COLUMNS} from checkpoints c where c.thread_id = $1 and c.ns = $2 order by c.id desc limit 1`,
};

export const LIST: Statement = {
  name: 'checkpoint.list',
  text: `select ${COLUMNS} from checkpoints c
    where ($1::text is null or c.thread_id = $1) and ($2::text is null or c.ns = $2) and ($3::text is null or c.id = $3)
      and ($4::text is null or c.id < $4) and ($5::jsonb is null or c.metadata @> $5)
    order by c.thread_id, c.ns, c.id desc limit $6`,
};

export const PUT: Statement = {
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

export const PUT_WRITES: Statement = {
  name: 'checkpoint.putWrites',
  text: `insert into checkpoint_writes (thread_id, ns, checkpoint_id, task_id, idx, channel, value)
    select $1, $2, $3, $4, w.idx, w.channel, w.value from jsonb_to_recordset($5) w (idx int, channel text, value text)
    on conflict (thread_id, ns, checkpoint_id, task_id, idx) do update
      set channel = excluded.channel, value = excluded.value where excluded.idx < 0`,
};

export const DELETE_THREAD: Statement = {
  name: 'checkpoint.deleteThread',
  text: `with gone as (delete from checkpoint_writes where thread_id = $1) delete from checkpoints where thread_id = $1`,
};

/** A row as LangGraph reads it. */
export function tupleOf(row: CheckpointRow): CheckpointTuple {
  const tuple: CheckpointTuple = {
    config: configOf(row.thread_id, row.ns, row.id),
    checkpoint: JSON.parse(row.checkpoint),
    metadata: row.metadata,
    pendingWrites: row.writes.map(([taskId, channel, value]) => [taskId, channel, JSON.parse(value)]),
  };
  if (row.parent_id !== null) tuple.parentConfig = configOf(row.thread_id, row.ns, row.parent_id);
  return tuple;
}
