/** When a task runs: every so often, or once a day at an hour of Moscow. */
export type Schedule = { everyMs: number } | { dailyAtHour: number };

/**
 * Dated or repeated work as a value. `run` only enqueues: it may be repeated after a crash and must not double anything;
 * it returns how many things it enqueued.
 */
export interface ScheduledTask {
  id: string;
  schedule: Schedule;
  run(now: Date): Promise<number>;
}

const DAY_MS = 24 * 3_600_000;
/** Moscow has had no summer time since 2014. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;

/** Start of the slot this moment belongs to: all schedulers agree on it by the clock alone. */
export function slotOf(schedule: Schedule, now: Date): Date {
  const at = now.getTime();
  if ('everyMs' in schedule) return new Date(Math.floor(at / schedule.everyMs) * schedule.everyMs);
  const shift = MOSCOW_OFFSET_MS - schedule.dailyAtHour * 3_600_000;
  return new Date(Math.floor((at + shift) / DAY_MS) * DAY_MS - shift);
}
