/** Moscow has had no summer time since 2014. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours of a day and days of a week by Moscow's clock: when managers answer, or when clients may be written to. */
export class WorkHours {
  readonly opens: number;
  readonly closes: number;
  readonly days: readonly number[];

  /** `opens` and `closes` are hours, 0 ≤ opens < closes ≤ 24; `days` are 1 (Monday) to 7, at least one, default all. */
  constructor({
    opens,
    closes,
    days = [1, 2, 3, 4, 5, 6, 7],
  }: { opens: number; closes: number; days?: readonly number[] }) {
    const hoursFit =
      Number.isInteger(opens) && Number.isInteger(closes) && 0 <= opens && opens < closes && closes <= 24;
    const daysFit = days.length > 0 && days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7);
    if (!hoursFit || !daysFit) throw new RangeError('work hours are 0 ≤ opens < closes ≤ 24 on days 1 to 7');
    this.opens = opens;
    this.closes = closes;
    this.days = days;
  }

  isOpen(at: Date): boolean {
    const moscow = new Date(at.getTime() + MOSCOW_OFFSET_MS);
    const hour = moscow.getUTCHours();
    return this.days.includes(moscow.getUTCDay() || 7) && hour >= this.opens && hour < this.closes;
  }

  /** The moment itself when it is open, else the next opening. */
  nextOpen(at: Date): Date {
    if (this.isOpen(at)) return at;
    const midnight = Math.floor((at.getTime() + MOSCOW_OFFSET_MS) / DAY_MS) * DAY_MS - MOSCOW_OFFSET_MS;
    for (let day = 0; ; day += 1) {
      const opening = new Date(midnight + day * DAY_MS + this.opens * HOUR_MS);
      if (opening > at && this.isOpen(opening)) return opening;
    }
  }

  /** The moment when `ms` of open time have passed since `at`. */
  after(at: Date, ms: number): Date {
    let from = this.nextOpen(at);
    let left = ms;
    for (;;) {
      const closing = this.closing(from);
      const open = closing.getTime() - from.getTime();
      if (left <= open) return new Date(from.getTime() + left);
      left -= open;
      from = this.nextOpen(closing);
    }
  }

  /** End of the open hours a moment within them belongs to. */
  private closing(at: Date): Date {
    const midnight = Math.floor((at.getTime() + MOSCOW_OFFSET_MS) / DAY_MS) * DAY_MS - MOSCOW_OFFSET_MS;
    return new Date(midnight + this.closes * HOUR_MS);
  }
}
