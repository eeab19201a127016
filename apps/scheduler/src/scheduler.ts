import type pg from 'pg';
import type { Clock, Logger } from '#libs/platform';
import { type ScheduledTask, slotOf } from './scheduled-task.js';

const TICK_MS = 1_000;
/** A run that has not finished by then died with its process and is done again by another, ms. */
const ABANDONED_MS = 10 * 60_000;
/** Runs are forgotten after this long, ms. */
const KEEP_MS = 30 * 24 * 3_600_000;

/** Runs tasks when they are due: each slot of a task once over all schedulers. */
export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | null = null;

  constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
    private readonly tasks: readonly ScheduledTask[],
    private readonly logger: Logger,
  ) {
    const ids = new Set(tasks.map(({ id }) => id));
    if (ids.size !== tasks.length) throw new Error('two scheduled tasks have the same id');
  }

  start(): void {
    this.timer = setInterval(() => {
      this.ticking ??= this.tick().finally(() => {
        this.ticking = null;
      });
    }, TICK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.ticking;
  }

  /** Runs what is due and nobody has begun; never throws. */
  async tick(): Promise<void> {
    for (const task of this.tasks) {
      try {
        await this.runOnce(task);
      } catch (error) {
        this.logger.error({ err: error, task: task.id }, 'a scheduled task failed');
      }
    }
  }

  private async runOnce(task: ScheduledTask): Promise<void> {
    const now = this.clock.date();
    const slot = slotOf(task.schedule, now);
    if (!(await this.claim(task.id, slot, now))) return;
    try {
      const enqueued = await task.run(now);
      await this.finish(task.id, slot, now, null);
      if (enqueued > 0) this.logger.info({ task: task.id, enqueued }, 'scheduled work was enqueued');
    } catch (error) {
      await this.finish(task.id, slot, now, error instanceof Error ? error.name : 'unknown');
      throw error;
    }
  }

  private async claim(id: string, slot: Date, now: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into scheduled_runs as r (task, slot, started_at) values ($1, $2, $3)
       on conflict (task, slot) do update set started_at = excluded.started_at
       where r.finished_at is null and r.started_at < excluded.started_at - $4 * interval '1 ms'`,
      [id, slot, now, ABANDONED_MS],
    );
    return rowCount === 1;
  }

  private async finish(id: string, slot: Date, now: Date, error: string | null): Promise<void> {
    await this.pool.query(
      `with old as (delete from scheduled_runs where task = $1 and slot < $2::timestamptz - $5 * interval '1 ms')
       update scheduled_runs set finished_at = $3, error = $4 where task = $1 and slot = $2`,
      [id, slot, now, error, KEEP_MS],
    );
  }
}
