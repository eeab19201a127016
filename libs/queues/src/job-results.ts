import type pg from 'pg';
import { withTransaction } from '#libs/platform';
import { isJobName, JOB_FAILED, type JobEnvelope, type JobName, type JobOutcome } from './job-types.js';

/** A job somebody asked for outside a chat. */
export interface JobRecord {
  id: string;
  name: JobName;
  /** Null while it is not finished. */
  outcome: JobOutcome | null;
}

/** Keeps the advisory locks of owners apart from other uses of their names. */
const OPEN_JOBS_LOCK = 4_021;

/** A job older than ten minutes is not waited for by anybody: one that was lost must not lock its owner out. */
const OPEN_JOBS = `select count(*) as open from job_results
  where owner = $1 and state = 'waiting' and created_at > now() - interval '10 minutes'`;

/** First pause between looks at a result that is waited for; grows to the second. Milliseconds. */
const LOOK_MS = [15, 120] as const;

/** Outcomes of jobs by id, in PostgreSQL: written by workers, read by whoever asked. Nothing waits on queue events. */
export class JobResults {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * Notes that the owner waits for the job: `added`, `known` when the id was noted before, or `refused` when the owner has
   * as many unfinished jobs as allowed. Concurrent calls of one owner are counted one after another.
   */
  async expect(
    job: { id: string; owner: string; name: JobName; envelope: JobEnvelope },
    openLimit: number,
  ): Promise<'added' | 'known' | 'refused'> {
    const known = await this.pool.query({
      name: 'job-result-known',
      text: 'select 1 from job_results where id = $1',
      values: [job.id],
    });
    if (known.rowCount) return 'known';
    return withTransaction(this.pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtextextended($1, ${OPEN_JOBS_LOCK}))`, [job.owner]);
      const { rows } = await client.query<{ open: string }>(OPEN_JOBS, [job.owner]);
      if (Number(rows[0]?.open) >= openLimit) return 'refused';
      const { rowCount } = await client.query(
        'insert into job_results (id, owner, name, envelope) values ($1, $2, $3, $4) on conflict (id) do nothing',
        [job.id, job.owner, job.name, JSON.stringify(job.envelope)],
      );
      return rowCount === 1 ? 'added' : 'known';
    });
  }

  /**
   * Stores the outcome; a second outcome of the same job changes nothing, except that a dead letter which was replayed
   * gets its result. False when nothing changed.
   */
  async settle(id: string, outcome: JobOutcome): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update job_results set state = $2, outcome = $3, finished_at = now(), envelope = null
       where id = $1
         and (state = 'waiting' or ($2 = 'completed' and state = 'failed' and outcome #>> '{problem,code}' = $4))`,
      [id, outcome.status, JSON.stringify(outcome), JOB_FAILED],
    );
    return rowCount === 1;
  }

  /** The job when it is this owner's, else null. */
  async find(id: string, owner: string): Promise<JobRecord | null> {
    const { rows } = await this.pool.query<JobRecord>({
      name: 'job-result',
      text: 'select id, name, outcome from job_results where id = $1 and owner = $2',
      values: [id, owner],
    });
    return rows[0] ?? null;
  }

  /** Waits up to `ms` for the outcome. */
  async wait(id: string, owner: string, ms: number): Promise<JobRecord | null> {
    const deadline = performance.now() + ms;
    let pause: number = LOOK_MS[0];
    for (;;) {
      const record = await this.find(id, owner);
      const left = deadline - performance.now();
      if (!record || record.outcome || left <= 0) return record;
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
      pause = Math.min(pause * 1.5, LOOK_MS[1]);
    }
  }

  /** Jobs that have been waited for longer than `ms`, noted within the last hours; oldest first, at most `limit`. */
  async overdue(
    ms: number,
    withinHours: number,
    limit: number,
  ): Promise<{ id: string; name: JobName; envelope: JobEnvelope }[]> {
    const { rows } = await this.pool.query<{ id: string; name: string; envelope: JobEnvelope }>({
      name: 'overdue-jobs',
      text: `select id, name, envelope from job_results where state = 'waiting' and envelope is not null
        and created_at < now() - $1::float8 * interval '1 ms' and created_at > now() - $2::int * interval '1 hour'
        order by created_at limit $3`,
      values: [ms, withinHours, limit],
    });
    return rows.flatMap(({ id, name, envelope }) => (isJobName(name) ? [{ id, name, envelope }] : []));
  }

  /** Unfinished jobs of an owner: the measure of a partner's concurrency. */
  async open(owner: string): Promise<number> {
    const { rows } = await this.pool.query<{ open: string }>(OPEN_JOBS, [owner]);
    return Number(rows[0]?.open ?? 0);
  }

  /** Removes outcomes older than the given days; returns how many. */
  async prune(days: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from job_results where created_at < now() - $1 * interval '1 day'`,
      [days],
    );
    return rowCount ?? 0;
  }
}
