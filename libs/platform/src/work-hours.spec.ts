import { describe, expect, it } from 'vitest';
import { WorkHours } from './work-hours.js';

const HOUR_MS = 3_600_000;
const at = (text: string) => new Date(text);

describe(WorkHours.name, () => {
  const daily = new WorkHours({ opens: 10, closes: 20 });
  // 2026-03-13 is a Friday.
  const weekdays = new WorkHours({ opens: 9, closes: 18, days: [1, 2, 3, 4, 5] });

  it.each([
    ['2026-03-10T06:59:59Z', false],
    ['2026-03-10T07:00:00Z', true],
    ['2026-03-10T16:59:59Z', true],
    ['2026-03-10T17:00:00Z', false],
  ])('every day 10–20 Moscow, %s: %s', (moment, expected) => expect(daily.isOpen(at(moment))).toBe(expected));

  it('knows the days of the week by the clock of Moscow', () => {
    expect(weekdays.isOpen(at('2026-03-13T10:00:00Z'))).toBe(true);
    expect(weekdays.isOpen(at('2026-03-14T10:00:00Z'))).toBe(false);
    // Sunday evening in Greenwich is already Monday in Moscow, before the opening.
    expect(weekdays.nextOpen(at('2026-03-15T21:30:00Z'))).toEqual(at('2026-03-16T06:00:00Z'));
  });

  it('finds the next opening', () => {
    expect(daily.nextOpen(at('2026-03-10T18:00:00Z'))).toEqual(at('2026-03-11T07:00:00Z'));
    expect(daily.nextOpen(at('2026-03-10T22:30:00Z'))).toEqual(at('2026-03-11T07:00:00Z'));
    expect(daily.nextOpen(at('2026-03-10T08:00:00Z'))).toEqual(at('2026-03-10T08:00:00Z'));
    expect(weekdays.nextOpen(at('2026-03-13T15:00:00Z'))).toEqual(at('2026-03-16T06:00:00Z'));
  });

  it('counts open time only', () => {
    expect(daily.after(at('2026-03-10T16:30:00Z'), HOUR_MS)).toEqual(at('2026-03-11T07:30:00Z'));
    expect(daily.after(at('2026-03-10T08:00:00Z'), HOUR_MS)).toEqual(at('2026-03-10T09:00:00Z'));
    expect(weekdays.after(at('2026-03-13T14:00:00Z'), 10 * HOUR_MS)).toEqual(at('2026-03-16T15:00:00Z'));
  });

  it.each([
    [20, 10, [1]],
    [-1, 5, [1]],
    [10, 25, [1]],
    [10, 20, []],
    [10, 20, [8]],
  ])('refuses %s–%s on %j', (opens, closes, days) =>
    expect(() => new WorkHours({ opens, closes, days })).toThrow(RangeError),
  );
});
