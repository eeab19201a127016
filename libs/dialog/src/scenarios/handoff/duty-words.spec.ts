import { describe, expect, it } from 'vitest';
import { hoursInWords, openingInWords } from './duty-words.js';

describe('the hours of managers in words', () => {
  it.each([
    [[1, 2, 3, 4, 5, 6, 7], 'ежедневно с 10:00 до 20:00 по Москве'],
    [[5, 4, 3, 2, 1], 'по будням с 10:00 до 20:00 по Москве'],
    [[6, 7], 'по выходным с 10:00 до 20:00 по Москве'],
    [[1, 3, 5], 'пн, ср, пт с 10:00 до 20:00 по Москве'],
  ])('%j', (days, words) => expect(hoursInWords({ opens: 10, closes: 20, days })).toBe(words));

  // 2026-11-20 is a Friday; 22:30 and 02:00 by Moscow's clock.
  it.each([
    ['2026-11-20T19:30:00Z', '2026-11-21T07:00:00Z', 'завтра после 10:00'],
    ['2026-11-20T23:00:00Z', '2026-11-21T07:00:00Z', 'сегодня после 10:00'],
    ['2026-11-20T19:30:00Z', '2026-11-23T06:00:00Z', 'в понедельник после 9:00'],
    ['2026-11-20T19:30:00Z', '2026-11-24T06:00:00Z', 'во вторник после 9:00'],
  ])('%s → %s', (now, opening, words) => expect(openingInWords(new Date(now), new Date(opening))).toBe(words));
});
