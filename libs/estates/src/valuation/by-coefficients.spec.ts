import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaBand, BandTable, walkBand } from '../bands/bands.js';
import { SQUARE_COEFFS, WAY_TO_SUBWAY_COEFFS } from '../generator/bands.js';
import { StationDirectory } from '../stations/station-directory.js';
import type { SubwayStation } from '../types.js';
import { CoefficientTables, valueByCoefficients } from './by-coefficients.js';

const station: SubwayStation = {
  ...{ id: 'p', name: 'Павелецкая', aliases: [], line: 'Кольцевая', lat: 55.73, lon: 37.64 },
  ...{ priceA: 400_000, priceB: 300_000, rentA: 40_000, rentB: 28_333.33, averageCadastralValue: 150_000 },
};
const tables = new CoefficientTables(
  new StationDirectory([station]),
  new BandTable('square_coeffs', SQUARE_COEFFS.map(areaBand)),
  new BandTable('way_to_subway_coeffs', WAY_TO_SUBWAY_COEFFS.map(walkBand)),
);
const subject = { kind: 'office', deal: 'sale', class: 'A', station: 'Павелецкая', walkMeters: 250, area: 60 } as const;

describe('valuation by coefficients', () => {
  it('sale, A: 400 000 × 1.08 × 1.06 = 457 920 ₽/m²; × 60 m² = 27 475 200 ₽', () => {
    expect(valueByCoefficients(tables, subject)).toEqual({
      ...{
        base: 400_000,
        squareCoeff: 1.08,
        wayCoeff: 1.06,
        pricePerM2: 457_920,
        total: 27_475_200,
        station: 'Павелецкая',
      },
    });
  });

  it('rent, B+ by column B: 28 333.33 × 0.95 × 1 = 26 916.6635 → 26 916.66; × 300 = 8 074 999.05; / 12 = 672 916.5875 → 672 916.59', () => {
    const value = valueByCoefficients(tables, { ...subject, deal: 'rent', class: 'B+', walkMeters: 300, area: 300 });
    expect(value).toMatchObject({ base: 28_333.33, pricePerM2: 26_916.66, total: 8_074_999.05, perMonth: 672_916.59 });
  });

  it('marks class C as an estimate by column B', () => {
    expect(valueByCoefficients(tables, { ...subject, class: 'C' })).toMatchObject({ base: 300_000, estimate: true });
  });

  it('takes bands as half-open: 50 m² and 300 m belong to the upper ones', () => {
    expect(valueByCoefficients(tables, { ...subject, area: 49.99 }).squareCoeff).toBe(1.15);
    expect(valueByCoefficients(tables, { ...subject, area: 50, walkMeters: 300 })).toMatchObject({
      squareCoeff: 1.08,
      wayCoeff: 1,
    });
  });

  it('agrees with a second implementation over decimal strings', () => {
    const digits = (value: number, places: number) => BigInt(value.toFixed(places).replace('.', ''));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (hundredths, walkMeters) => {
          const value = valueByCoefficients(tables, {
            ...subject,
            deal: 'rent',
            class: 'B',
            area: hundredths / 100,
            walkMeters,
          });
          // kopecks × 1e2 × 1e2 × 1e2 (area): eight places in all, two are kept.
          const exact =
            digits(value.base, 2) * digits(value.squareCoeff, 2) * digits(value.wayCoeff, 2) * BigInt(hundredths);
          const halfUp = (n: bigint, d: bigint) => n / d + ((n % d) * 2n >= d ? 1n : 0n);
          expect(value.total).toBe(Number(halfUp(exact, 1_000_000n)) / 100);
          expect(value.perMonth).toBe(Number(halfUp(exact, 12_000_000n)) / 100);
        },
      ),
    );
  });

  it('refuses an unknown station with the closest names, and bad input with the field', () => {
    expect(() => valueByCoefficients(tables, { ...subject, station: 'Павловская' })).toThrowError(
      expect.objectContaining({ code: 'UNKNOWN_STATION', closest: ['Павелецкая'] }),
    );
    expect(() => valueByCoefficients(tables, { ...subject, area: -1 })).toThrowError(
      expect.objectContaining({ code: 'INVALID_REQUEST', details: expect.objectContaining({ field: 'area' }) }),
    );
  });
});
