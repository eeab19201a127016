import { describe, expect, it } from 'vitest';
import { multipleOnInvestedCapital, netPresentValue, paybackIndex } from './metrics.js';

describe('paybackIndex', () => {
  it.each([
    ['the running total reaches exactly zero', [-100, 60, 40, 10], 2],
    ['it turns positive between quarters', [-100, 60, 60], 2],
    // −100, +20, −30, +10: the second payment undoes the first payback
    ['a later payment undoes it', [-100, 120, -50, 40], 3],
    ['nothing is paid in the first quarter', [0, -100, 100], 2],
    ['it never pays back', [-100, 50, 49], null],
    ['nothing was ever paid in', [10, 20], null],
    ['no quarters', [], null],
  ])('%s', (_, flows, index) => {
    expect(paybackIndex(flows)).toBe(index);
  });
});

describe('netPresentValue', () => {
  it('discounts by whole years exactly and by quarters with the fourth root', () => {
    // −1000.00 + 1100.00 / 1.1 = 0; −1000.00 + 1000.00 / 1.21^(2/4) = −1000 + 909.0909… = −90.91
    expect(netPresentValue([-100_000, 0, 0, 0, 110_000], 10)).toBe(0);
    expect(netPresentValue([-100_000, 0, 100_000], 21)).toBe(-9_091);
  });

  it('at zero is the plain sum', () => {
    expect(netPresentValue([-100, 30, 40], 0)).toBe(-30);
  });
});

describe('multipleOnInvestedCapital', () => {
  it('divides what came by what went, by net flows of quarters', () => {
    // (150 + 75) / (100 + 50)
    expect(multipleOnInvestedCapital([-100, 150, -50, 75])).toBe(1.5);
    expect(multipleOnInvestedCapital([-100])).toBe(0);
  });

  it('means nothing when nothing went out', () => {
    expect(multipleOnInvestedCapital([0, 10])).toBeNull();
  });
});
