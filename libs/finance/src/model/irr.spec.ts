import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateOfReturn } from './irr.js';
import { annualIrr } from './metrics.js';

/** Flows whose NPV is zero exactly at the given growth factors 1 + r: the product of (x·g − 1) in x = 1 / (1 + r), times −scale. */
function planted(factors: readonly number[], scale: number): number[] {
  let polynomial = [1];
  for (const factor of factors) {
    const next = new Array<number>(polynomial.length + 1).fill(0);
    polynomial.forEach((c, i) => {
      next[i] = next[i]! - c;
      next[i + 1] = next[i + 1]! + c * factor;
    });
    polynomial = next;
  }
  return polynomial.map((c) => c * scale);
}

describe('rateOfReturn', () => {
  it.each([
    ['one root', [-100, 110], 'unique', [0.1]],
    ['a loss', [-1000, 20, 20, 60], 'unique', [-0.584436]],
    ['almost everything lost', [-1e11, 1, 1, 1], 'unique', [-0.999785]],
    ['400 %', [-1000, 5000], 'unique', [4]],
    ['zero', [-1000, 1000], 'unique', [0]],
    // −1000 + 2300x − 1320x² = 0 at x = 1/1.1 and 1/1.2
    ['two roots', [-1000, 2300, -1320], 'multiple', [0.1, 0.2]],
    // −100 (1 − 1.1x)²
    ['a double root is one root', [-100, 220, -121], 'unique', [0.1]],
    // (x − 1/1.05)(x − 1/1.0501): 0.01 % apart, inside one cell of the grid
    ['two roots in one cell', planted([1.05, 1.0501], 1e9), 'multiple', [0.05, 0.0501]],
    ['three roots', planted([0.8, 1.1, 1.5], 1e6), 'multiple', [-0.2, 0.1, 0.5]],
    ['a double root below zero', planted([0.7, 0.7], 1e6), 'unique', [-0.3]],
    ['no root', [1000, -1500, 1000], 'none', []],
    ['no sign change', [100, 200, 300], 'none', []],
    ['nothing at all', [0, 0], 'none', []],
    ['no flows', [], 'none', []],
    ['leading zeros', [0, 0, -100, 0, 121], 'unique', [0.1]],
  ] as const)('%s', (_, flows, status, rates) => {
    const result = rateOfReturn(flows);
    expect(result.status).toBe(status);
    expect(result.rates).toHaveLength(rates.length);
    rates.forEach((rate, i) => {
      expect(result.rates[i]).toBeCloseTo(rate, 5);
    });
  });

  it('of several roots names the one closest to zero', () => {
    expect(rateOfReturn(planted([0.8, 1.1, 1.5], 1e6)).closestToZero).toBeCloseTo(0.1, 6);
    expect(rateOfReturn(planted([0.95, 1.3], 1e6)).closestToZero).toBeCloseTo(-0.05, 6);
    // (1.1)^4 − 1 = 46.41 %
    expect(annualIrr([-1000, 2300, -1320])).toEqual({ status: 'multiple', percent: 46.41 });
    expect(annualIrr([1000, -1500, 1000])).toEqual({ status: 'none' });
  });

  it('finds planted roots that are at least 3 % apart, all of them', () => {
    const factors = fc
      .uniqueArray(fc.integer({ min: 60, max: 200 }), {
        minLength: 1,
        maxLength: 3,
        comparator: (a, b) => Math.abs(a - b) < 6,
      })
      .map((percents) => percents.map((percent) => percent / 100).sort((a, b) => a - b));
    fc.assert(
      fc.property(factors, (roots) => {
        const { rates } = rateOfReturn(planted(roots, 1e8));
        expect(rates).toHaveLength(roots.length);
        roots.forEach((factor, i) => {
          expect(rates[i]).toBeCloseTo(factor - 1, 6);
        });
      }),
      { seed: 7 },
    );
  });

  it('NPV at the root is zero for ordinary investments', () => {
    const flows = fc.tuple(
      fc.integer({ min: 1_000_000, max: 10_000_000_000 }),
      fc.array(fc.integer({ min: 0, max: 500_000_000 }), { minLength: 4, maxLength: 60 }),
    );
    fc.assert(
      fc.property(flows, ([price, income]) => {
        const all = [-price, ...income];
        fc.pre(income.some((amount) => amount > 0));
        const { status, closestToZero } = rateOfReturn(all);
        expect(status).toBe('unique');
        const rate = closestToZero!;
        const terms = all.map((flow, t) => flow / (1 + rate) ** t);
        const npv = terms.reduce((sum, term) => sum + term, 0);
        const scale = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        expect(Math.abs(npv)).toBeLessThan(1e-9 * scale);
      }),
      { seed: 8 },
    );
  });

  it('scaling the flows does not move the root', () => {
    const flows = [-1000, -500, 100, 200, 300, 400, 1500];
    const base = rateOfReturn(flows).closestToZero!;
    for (const scale of [1e-3, 1e3, 1e9])
      expect(rateOfReturn(flows.map((f) => f * scale)).closestToZero).toBeCloseTo(base, 12);
  });
});
