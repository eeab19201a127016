import type pg from 'pg';
import type { FileStore } from '#libs/platform';
import type { ScheduledTask } from '../scheduled-task.js';

/** Hour of Moscow at which nobody waits for the database. */
const QUIET_HOUR = 4;
const PORTION = 2_000;

const EXPIRE = `delete from uploads where id = any(array(select id from uploads
    where created_at < $1::timestamptz - $2 * interval '1 day' order by created_at limit $3))
  returning file->>'fileId' as file_id`;

// One pass over whatever may refer to a file, however many there are: a look for each would be a pass for each.
const UNUSED = `with used as (
    select distinct found[1] as file_id from (
      select content::text as body from transcript
      union all select body::text from inbox where done_turn is null
      union all select envelope::text from job_results
      union all select outcome::text from job_results
      union all select file::text from uploads
    ) said, regexp_matches(said.body, '"fileId"\\s*:\\s*"([0-9a-f]{40})"', 'g') found
  )
  select distinct file_id from unnest($1::text[]) file_id where file_id not in (select file_id from used)`;

/**
 * Ends uploads after some days: they can no longer be attached. Files that no message, job or later upload refers to are
 * removed. A process that dies in between leaves a file without a row behind, never a message without its file.
 */
export function expireUploads(pool: pg.Pool, files: Pick<FileStore, 'remove'>, days: number): ScheduledTask {
  return {
    id: 'uploads.expire',
    schedule: { dailyAtHour: QUIET_HOUR },
    async run(now) {
      let ended = 0;
      for (;;) {
        const { rows } = await pool.query<{ file_id: string }>(EXPIRE, [now, days, PORTION]);
        const unused = await pool.query<{ file_id: string }>(UNUSED, [rows.map(({ file_id }) => file_id)]);
        for (const { file_id } of unused.rows) await files.remove(file_id);
        ended += rows.length;
        if (rows.length < PORTION) return ended;
      }
    },
  };
}
