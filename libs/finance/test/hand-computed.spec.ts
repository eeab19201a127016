import { describe, expect, it } from 'vitest';
import { runFinanceModel } from '../src/index.js';
import { NOW, OFFICE_CONTEXT, OFFICE_READY, RETAIL_CONSTRUCTION, RETAIL_READY } from './requests.js';

describe('investment model, computed by hand', () => {
  it('ready retail, two years, no growth: every figure from mental arithmetic', () => {
    // 100 m² × 500 000 = 50 000 000. Rent 500 000 × 3 = 1 500 000 a quarter, holidays 6 months → h = 2.
    // R = 0, S = 2, T = 7; rent in t = 2…5 at 1 500 000, t = 6, 7 indexed once by 7 % = 1 605 000.
    // terminal = 4 × 1 605 000 / 8.5 % = 75 529 411.7647 → 75 529 411.76
    // property tax: 100 000 × 100 × 1.5 % / 4 = 37 500 from t = 4: four times = 150 000
    // income tax 6 + 5 = 11 %: 4 × 165 000 + 176 550 + 11 % × (1 605 000 + 75 529 411.76 = 77 134 411.76) = 8 484 785.2936 → .29
    const result = runFinanceModel(
      { ...RETAIL_READY, averageCadastralValue: 100_000, assumptions: { horizonQuarters: 8 } },
      { now: NOW },
    );
    expect(result.quarters.map((row) => row.hold.rent)).toEqual([0, 0, 1.5e6, 1.5e6, 1.5e6, 1.5e6, 1.605e6, 1.605e6]);
    expect(result.quarters.map((row) => row.hold.propertyTax)).toEqual([
      0, 0, 0, 0, -37_500, -37_500, -37_500, -37_500,
    ]);
    expect(result.quarters[7]!.hold).toEqual({
      payment: 0,
      rent: 1_605_000,
      fitOut: 0,
      terminal: 75_529_411.76,
      propertyTax: -37_500,
      incomeTax: -8_484_785.29,
      // 1 605 000 + 75 529 411.76 − 37 500 − 8 484 785.29
      flow: 68_612_126.47,
    });
    expect(result.roubles).toEqual({
      buyingProperty: -50_000_000,
      saleProperty: null,
      addedValue: null,
      saleTax: null,
      saleIncome: null,
      priceOfFinishing: 0,
      rentFlow: 9_210_000,
      terminalValue: 75_529_411.76,
      // −(150 000 + 660 000 + 176 550 + 8 484 785.29)
      rentTax: -9_471_335.29,
      // −50 000 000 + 9 210 000 + 75 529 411.76 − 9 471 335.29
      rentIncome: 25_268_076.47,
    });
    expect(result.millions).toMatchObject({
      buyingProperty: -50,
      rentFlow: 9.2,
      terminalValue: 75.5,
      rentIncome: 25.3,
    });
    expect(result.saleIrr).toBeNull();
    expect(result.quarters[0]).not.toHaveProperty('resale');
    // Received: 2 × 1 335 000 + 2 × 1 297 500 + 1 390 950 + 68 612 126.47 = 75 268 076.47; / 50 000 000 = 1.50536…
    expect(result.moic).toBe(1.5054);
    expect(result.paybackQuarter).toBe('2028-Q4');
    // 2028 is t = 4…7: rent 6 210 000 − property 150 000 − 11 % × 6 210 000 = 683 100 → 5 376 900 / 50 000 000 = 10.75 %
    expect(result.years.map(({ year, cashOnCashPercent }) => [year, cashOnCashPercent])).toEqual([
      [2027, 5.34],
      [2028, 10.75],
    ]);
  });

  it('retail under construction: growth at S and F, resale at Q', () => {
    // t = 0 is 2027-Q1, R = 3 (2027-Q4), h = 2, S = 5, F = 4, Q = 4, T = 3 + 24 − 1 = 26.
    // lot 80 × 400 000 = 32 000 000, paid 16 + 16 at t = 0 and 3.
    // fit-out at t = 4, grow(4) = 1.06 exactly: 80 × 70 000 × 1.06 = 5 936 000
    // rent at S = 5: 900 000 × 1.06^(5/4) = 900 000 × 1.0755577… = 968 001.9…
    // sale 80 × 600 000 = 48 000 000; added 48 000 000 × (1.06 − 1) = 2 880 000; tax 13 % × 50 880 000 = 6 614 400
    const result = runFinanceModel(RETAIL_CONSTRUCTION, { now: NOW });
    expect(result.timeline).toMatchObject({ deal: 0, readiness: 3, rentStart: 5, fitOut: 4, last: 26, resale: 4 });
    expect(result.quarters).toHaveLength(27);
    expect(result.quarters[4]!.hold.fitOut).toBe(-5_936_000);
    expect(result.quarters[4]!.resale).toEqual({
      payment: 0,
      sale: 48_000_000,
      addedValue: 2_880_000,
      tax: -6_614_400,
      flow: 44_265_600,
    });
    expect(result.quarters[5]!.hold.rent).toBeCloseTo(900_000 * 1.06 ** 1.25, 2);
    // first property tax a year after readiness: t = 7, 100 000 × 80 × 1.5 % / 4 = 30 000
    expect(result.quarters[6]!.hold.propertyTax).toBe(0);
    expect(result.quarters[7]!.hold.propertyTax).toBe(-30_000);
    expect(result.roubles).toMatchObject({ buyingProperty: -32_000_000, saleIncome: 12_265_600 });
    // −16 − 16/(1+r)³ + 44.2656/(1+r)⁴ = 0
    const quarterly = (1 + result.saleIrr!.percent! / 100) ** 0.25;
    expect(-16 - 16 / quarterly ** 3 + 44.2656 / quarterly ** 4).toBeCloseTo(0, 6);
  });

  it('ready office: rent from the valuation, partial fit-out, no inflation', () => {
    // fit-out 100 × 70 000 × 0.8 = 5 600 000 at F = min(1, 2) = 1; rent 36 000.55 × 100 / 4 = 900 013.75
    const result = runFinanceModel(OFFICE_READY, OFFICE_CONTEXT);
    expect(result.quarters[1]!.hold.fitOut).toBe(-5_600_000);
    expect(result.quarters[2]!.hold.rent).toBe(900_013.75);
    expect(result.roubles.saleProperty).toBeNull();
    expect(result.assumptions).toEqual({
      horizonQuarters: 24,
      rentHolidayMonths: 6,
      fitOutPricePerM2: 70_000,
      capRatePercent: 8.5,
      rentIndexationPercent: 7,
      cpiPercent: 6,
      propertyTaxPercent: 1.5,
      incomeTaxPercent: 6,
    });
  });

  it('starts at the earlier of the deal and the first payment', () => {
    // Payment in 2026-Q3, deal in 2027-Q1: t(deal) = 2, so R = 2 for ready premises and the horizon ends at 2 + 23.
    const result = runFinanceModel({ ...RETAIL_READY, payments: { '2026-Q3': 10, '2027-Q1': 90 } }, { now: NOW });
    expect(result.timeline).toMatchObject({ deal: 2, readiness: 2, rentStart: 4, last: 25 });
    expect(result.quarters[0]!.quarter).toBe('2026-Q3');
    expect(result.quarters[0]!.hold.payment).toBe(-5_000_000);
  });

  it('takes the current Moscow quarter without dealQuarter, across the new year', () => {
    const { dealQuarter, ...request } = RETAIL_READY;
    expect(dealQuarter).toBeDefined();
    // 21:30 UTC on 31 December is already 00:30 on 1 January in Moscow.
    const before = runFinanceModel(request, { now: new Date('2027-12-31T20:30:00Z') });
    const after = runFinanceModel(request, { now: new Date('2027-12-31T21:30:00Z') });
    expect([before.timeline.dealQuarter, after.timeline.dealQuarter]).toEqual(['2027-Q4', '2028-Q1']);
    // A leap day belongs to the first quarter, and the last second of June to the second.
    const leap = runFinanceModel(request, { now: new Date('2028-02-29T12:00:00Z') });
    const june = runFinanceModel(request, { now: new Date('2028-06-30T20:59:59Z') });
    expect([leap.timeline.dealQuarter, june.timeline.dealQuarter]).toEqual(['2028-Q1', '2028-Q2']);
    expect(leap.quarters[3]!.quarter).toBe('2028-Q4');
    expect(leap.quarters[4]!.quarter).toBe('2029-Q1');
  });

  it('rounds half a kopeck away from zero where binary numbers would lose it', () => {
    // 1.5 × 333 333.33 = 499 999.995 exactly → 500 000.00 (half away from zero)
    const result = runFinanceModel({ ...RETAIL_READY, area: 1.5, pricePerM2: 333_333.33 }, { now: NOW });
    expect(result.roubles.buyingProperty).toBe(-500_000);
    // 1.15 × 100.3 = 115.345 exactly, but in binary 1.15 × 100.3 × 100 = 11534.499999999998
    const small = runFinanceModel({ ...RETAIL_READY, area: 1.15, pricePerM2: 100.3 }, { now: NOW });
    expect(small.roubles.buyingProperty).toBe(-115.35);
    expect(Math.round(1.15 * 100.3 * 100) / 100).toBe(115.34);
  });
});
