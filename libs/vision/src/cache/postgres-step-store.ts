import type pg from 'pg';
import type { StepStore } from '../ports.js';

/** How long a value is kept, days. */
export const STEP_RETENTION_DAYS = 30;

/** Results of steps in PostgreSQL, shared by all processes. */
export class PostgresStepStore implements StepStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly retentionDays = STEP_RETENTION_DAYS,
  ) {}

  async get(key: string): Promise<unknown> {
    const { rows } = await this.pool.query<{ value: unknown }>(
      'select value from vision_steps where key = $1 and kept_at > now() - make_interval(days => $2)',
      [key, this.retentionDays],
    );
    return rows[0]?.value;
  }

  async set(key: string, value: unknown): Promise<void> {
    // A null byte, which JSON may hold and PostgreSQL may not, can be in recognised text.
    const json = JSON.stringify(value).replaceAll('\\u0000', '');
    await this.pool.query(
      `insert into vision_steps (key, value) values ($1, $2)
       on conflict (key) do update set value = excluded.value, kept_at = now()`,
      [key, json],
    );
  }

  /** Removes what is too old, at most so many rows; returns how many it were: call it until there are none. */
  async prune(limit = 1_000): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from vision_steps where key in (
         select key from vision_steps where kept_at <= now() - make_interval(days => $1) order by kept_at limit $2)`,
      [this.retentionDays, limit],
    );
    return rowCount ?? 0;
  }

  /** Removes everything known of one picture. */
  async forget(sha256: string): Promise<void> {
    // A range instead of LIKE: the index serves it in any locale's database.
    await this.pool.query(`delete from vision_steps where key collate "C" >= $1 and key collate "C" < $2`, [
      `${sha256}:`,
      `${sha256};`,
    ]);
  }
}
