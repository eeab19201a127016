import type pg from 'pg';
import type { JobName } from './job-types.js';

/** The newest job of each kind in each chat: a client who corrects the request has left the earlier job behind. */
export class LatestJobs {
  constructor(private readonly pool: pg.Pool) {}

  /** Notes the job as the chat's newest of its kind; returns the id of the one it replaces. Null on a repeat. */
  async replace(chatId: string, name: JobName, jobId: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ previous: string | null }>({
      name: 'latest-job',
      // The subquery reads the statement's snapshot, that is the row as it was; one sender at a time serves a chat.
      text: `insert into chat_latest_jobs as latest (chat_id, name, job_id) values ($1, $2, $3)
        on conflict (chat_id, name) do update set job_id = excluded.job_id where latest.job_id <> excluded.job_id
        returning (select job_id from chat_latest_jobs where chat_id = $1 and name = $2) as previous`,
      values: [chatId, name, jobId],
    });
    return rows[0]?.previous ?? null;
  }
}
