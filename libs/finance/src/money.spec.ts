import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentOf, ratioOf } from './model/ratio.js';
import {
  formatDecimal,
  formatMillions,
  formatRoubles,
  fromRoubles,
  MoneyRangeError,
  parseRoubles,
  postRoubles,
  splitByShares,
  sumMoney,
  toMillions,
  toRoubles,
} from './money.js';

const kopecks = fc.integer({ min: -9_000_000_000_000_00, max: 9_000_000_000_000_00 });

describe('money', () => {
  it.each([
    [1_234_567_890, '12\u00a0345\u00a0678,90\u00a0₽'],
    [0, '0,00\u00a0₽'],
    [5, '0,05\u00a0₽'],
    [-100_000, '\u22121\u00a0000,00\u00a0₽'],
  ])('formats %d kopecks', (amount, text) => {
    expect(formatRoubles(amount)).toBe(text);
  });

  it.each([
    [1_230_000_000, '12,3\u00a0млн\u00a0₽'],
    [3_000_000_000, '30,0\u00a0млн\u00a0₽'],
    // 12 350 000 ₽ is exactly a half of a tenth: away from zero
    [1_235_000_000, '12,4\u00a0млн\u00a0₽'],
    [-1_235_000_000, '\u221212,4\u00a0млн\u00a0₽'],
    [123_456_789_000_000, '1\u00a0234\u00a0567,9\u00a0млн\u00a0₽'],
    [9_999_900, '99\u00a0999\u00a0₽'],
  ])('formats %d kopecks in millions', (amount, text) => {
    expect(formatMillions(amount)).toBe(text);
  });

  it('drops kopecks only when asked and when there are none', () => {
    expect(formatRoubles(150_000, { kopecks: false })).toBe('1\u00a0500\u00a0₽');
    expect(formatRoubles(150_001, { kopecks: false })).toBe('1\u00a0500,01\u00a0₽');
  });

  it.each([
    ['12 345 678,90 ₽', 1_234_567_890],
    ['12345678.9', 1_234_567_890],
    ['\u22125 руб.', -500],
    ['0', 0],
    ['-0', 0],
  ])('parses %s', (text, amount) => {
    expect(Object.is(parseRoubles(text), amount)).toBe(true);
  });

  it.each(['', '12,345', '1e5', 'пять', '1,2,3', '9999999999999999'])('does not parse «%s»', (text) => {
    expect(parseRoubles(text)).toBeNull();
  });

  it('reads back whatever it writes, and roubles survive JSON', () => {
    fc.assert(
      fc.property(kopecks, (amount) => {
        expect(parseRoubles(formatRoubles(amount))).toBe(amount + 0);
        expect(fromRoubles(JSON.parse(JSON.stringify(toRoubles(amount))))).toBe(amount + 0);
        expect(Math.abs(toMillions(amount) * 1e8 - amount)).toBeLessThanOrEqual(5_000_001);
      }),
      { seed: 5 },
    );
  });

  it('rounds half away from zero, once', () => {
    expect(postRoubles(ratioOf(0.005))).toBe(1);
    expect(postRoubles(ratioOf(-0.005))).toBe(-1);
    expect(postRoubles(ratioOf(0.00499999))).toBe(0);
    expect(postRoubles({ n: 1n, d: 3n })).toBe(33);
  });

  it('splits a price by percents so that the parts sum exactly and none is off by more than a kopeck', () => {
    // A hundred kopecks in three parts: 33, 33, 34 whatever the order of the shares.
    expect(splitByShares(100, [percentOf(33.33), percentOf(33.33), percentOf(33.34)])).toEqual([33, 34, 33]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 13 }),
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
        (amount, weights) => {
          const total = BigInt(weights.reduce((a, b) => a + b));
          const parts = splitByShares(
            amount,
            weights.map((weight) => ({ n: BigInt(weight), d: total })),
          );
          expect(sumMoney(parts)).toBe(amount);
          parts.forEach((part, i) => {
            const exact = (amount * weights[i]!) / Number(total);
            expect(Math.abs(part - exact)).toBeLessThan(1.01);
          });
        },
      ),
      { seed: 6 },
    );
  });

  it('refuses sums that kopecks cannot hold', () => {
    expect(() => sumMoney([Number.MAX_SAFE_INTEGER, 1])).toThrow(MoneyRangeError);
    expect(() => postRoubles(ratioOf(1e15))).toThrow(MoneyRangeError);
    expect(() => fromRoubles(1e15)).toThrow(MoneyRangeError);
  });

  it('formats plain numbers the Russian way', () => {
    expect(formatDecimal(-1234.5)).toBe('\u22121\u00a0234,5');
    expect(formatDecimal(-0.001)).toBe('0');
  });
});
