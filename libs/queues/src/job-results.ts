import type pg from 'pg';
import type { JobName, JobOutcome } from './job-types.js';

/** A job somebody asked for outside a chat. */
export interface JobRecord {
  id: string;
  name: JobName;
  /** Null while it is not finished. */
  outcome: JobOutcome | null;
}

/** First pause between looks at a result that is waited for; grows to the second. Milliseconds. */
const LOOK_MS = [15, 120] as const;

/** Outcomes of jobs by id, in PostgreSQL: written by workers, read by whoever asked. Nothing waits on queue events. */
export class JobResults {
  constructor(private readonly pool: pg.Pool) {}

  /** Notes that the owner waits for the job. False when the id is known already. */
  async expect(job: { id: string; owner: string; name: JobName }): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'insert into job_results (id, owner, name) values ($1, $2, $3) on conflict (id) do nothing',
      [job.id, job.owner, job.name],
    );
    return rowCount === 1;
  }

  /** Stores the outcome; a second outcome of the same job changes nothing. */
  async settle(id: string, outcome: JobOutcome): Promise<void> {
    await this.pool.query(
      `update job_results set state = $2, outcome = $3, finished_at = now() where id = $1 and state = 'waiting'`,
      [id, outcome.status, JSON.stringify(outcome)],
    );
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
    const deadline = Date.now() + ms;
    let pause: number = LOOK_MS[0];
    for (;;) {
      const record = await this.find(id, owner);
      const left = deadline - Date.now();
      if (!record || record.outcome || left <= 0) return record;
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
      pause = Math.min(pause * 1.5, LOOK_MS[1]);
    }
  }

  /** Unfinished jobs of an owner: the measure of a partner's concurrency. */
  async open(owner: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `select count(*) from job_results where owner = $1 and state = 'waiting' and created_at > now() - interval '10 minutes'`,
      [owner],
    );
    return Number(rows[0]?.count ?? 0);
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
