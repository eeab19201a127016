/** Where the time comes from; business code never calls `Date.now()` itself, so that tests can move it. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;

  date(): Date {
    return new Date(this.now());
  }

  iso(): string {
    return this.date().toISOString();
  }
}

/** The clock of the machine. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

/** A clock that stands still until it is moved. */
export class ManualClock extends Clock {
  #now: number;

  constructor(start: number | string | Date = '2026-01-15T09:00:00Z') {
    super();
    this.#now = new Date(start).getTime();
  }

  override now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    if (ms < 0) throw new RangeError('a clock does not go back');
    this.#now += ms;
  }
}
