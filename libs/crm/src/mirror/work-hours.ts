/** Moscow has had no summer time since 2014. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const OPENS = 10;
const CLOSES = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whether clients may be written to and managers are at work: 10:00–20:00 Moscow, every day. */
export function isWorkTime(at: Date): boolean {
  const hour = new Date(at.getTime() + MOSCOW_OFFSET_MS).getUTCHours();
  return hour >= OPENS && hour < CLOSES;
}

/** The moment itself in work time, else the next opening. */
export function nextWorkTime(at: Date): Date {
  if (isWorkTime(at)) return at;
  const moscow = at.getTime() + MOSCOW_OFFSET_MS;
  const midnight = Math.floor(moscow / DAY_MS) * DAY_MS;
  const opening = midnight + OPENS * HOUR_MS;
  return new Date((opening > moscow ? opening : opening + DAY_MS) - MOSCOW_OFFSET_MS);
}

/** When a task for a manager is due: an hour of work time from now. */
export function taskDeadline(now: Date): Date {
  return nextWorkTime(new Date(nextWorkTime(now).getTime() + HOUR_MS));
}
