import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIT_OUT_SHARE } from '../src/assumptions.js';
import {
  FIT_OUTS,
  type FinanceContext,
  type FinanceModelRequest,
  type FinanceModelResult,
  fromRoubles,
  isOffice,
  isUnderConstruction,
  parseQuarter,
  quarterLabel,
  runFinanceModel,
} from '../src/index.js';
import { oracleIrr, oracleNpv, oracleRows } from './oracle.js';
import { NOW, OFFICE_CONSTRUCTION, OFFICE_CONTEXT, RETAIL_CONSTRUCTION } from './requests.js';

const decimal = (min: number, max: number, places: number) =>
  fc.integer({ min: Math.round(min * 10 ** places), max: Math.round(max * 10 ** places) }).map((n) => n / 10 ** places);

const schedule = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 10 }), fc.integer({ min: 1, max: 4_000 })), { minLength: 1, maxLength: 6 })
  .map((parts) => {
    // Weights become percents with two decimals; the last quarter takes the remainder, so the sum is exact.
    const quarters = [...new Map(parts).entries()];
    const total = quarters.reduce((sum, [, weight]) => sum + weight, 0);
    let left = 10_000;
    return quarters.map(([offset, weight], i) => {
      const share = i === quarters.length - 1 ? left : Math.floor((weight / total) * 10_000);
      left -= share;
      return [offset, share / 100] as const;
    });
  });

const cases = fc
  .record({
    model: fc.constantFrom('office-ready', 'office-construction', 'retail-ready', 'retail-construction'),
    area: decimal(5, 2_000, 2),
    pricePerM2: decimal(50_000, 900_000, 2),
    fitOut: fc.constantFrom(...FIT_OUTS),
    annualRent: decimal(5_000, 90_000, 4),
    monthlyRent: decimal(10_000, 3_000_000, 2),
    salePrice: decimal(100_000, 900_000, 2),
    cadastral: fc.option(decimal(0, 300_000, 2)),
    deal: fc.integer({ min: parseQuarter('2026-Q1')!, max: parseQuarter('2030-Q4')! }),
    build: fc.integer({ min: 0, max: 14 }),
    schedule,
    vat: fc.constantFrom(0, 5, 7),
    discount: decimal(0, 40, 2),
    assumptions: fc.record({
      horizonQuarters: fc.integer({ min: 14, max: 48 }),
      rentHolidayMonths: fc.integer({ min: 0, max: 24 }),
      fitOutPricePerM2: decimal(0, 200_000, 2),
      capRatePercent: decimal(4, 20, 2),
      rentIndexationPercent: decimal(0, 15, 2),
      cpiPercent: decimal(0, 15, 2),
      propertyTaxPercent: decimal(0, 3, 2),
      incomeTaxPercent: decimal(0, 15, 2),
    }),
  })
  .map((c) => {
    const model = c.model as FinanceModelRequest['model'];
    const construction = isUnderConstruction(model);
    const readiness = construction ? c.deal + c.build : c.deal;
    const payments: Record<string, number> = {};
    for (const [offset, percent] of c.schedule) if (percent > 0) payments[quarterLabel(c.deal + offset)] = percent;
    const request: FinanceModelRequest = {
      model,
      area: c.area,
      pricePerM2: c.pricePerM2,
      fitOut: c.fitOut,
      vatPercent: c.vat,
      discountPercent: c.discount,
      dealQuarter: quarterLabel(c.deal),
      payments,
      assumptions: c.assumptions,
      ...(construction ? { readiness: quarterLabel(readiness) } : {}),
      ...(c.cadastral === null ? {} : { averageCadastralValue: c.cadastral }),
      ...(isOffice(model)
        ? { class: 'A' as const, station: 'Курская', walkMeters: 500 }
        : { monthlyRent: c.monthlyRent, priceAtCompletion: c.salePrice }),
    };
    const context: FinanceContext = {
      now: NOW,
      ...(isOffice(model) ? { annualRentPerM2: c.annualRent, salePricePerM2AtCompletion: c.salePrice } : {}),
    };
    return { request, context, readiness: quarterLabel(readiness), draw: c };
  });

const holdFlows = (result: FinanceModelResult) => result.quarters.map((row) => row.hold.flow);
const signChanges = (flows: readonly number[]) =>
  flows.filter((flow) => flow !== 0).filter((flow, i, all) => i > 0 && flow > 0 !== all[i - 1]! > 0).length;

describe('investment model against the second implementation', () => {
  it('agrees to the kopeck in every quarter, and in IRR and NPV', () => {
    fc.assert(
      fc.property(cases, ({ request, context, readiness, draw }) => {
        const result = runFinanceModel(request, context);
        const rows = oracleRows({
          construction: isUnderConstruction(request.model),
          area: draw.area,
          price: draw.pricePerM2,
          annualRent: isOffice(request.model) ? draw.annualRent : null,
          monthlyRent: isOffice(request.model) ? null : draw.monthlyRent,
          salePrice: draw.salePrice,
          cadastral: draw.cadastral,
          fitOutShare: FIT_OUT_SHARE[draw.fitOut],
          deal: request.dealQuarter!,
          readiness,
          payments: request.payments!,
          vat: draw.vat,
          horizon: draw.assumptions.horizonQuarters,
          holidays: draw.assumptions.rentHolidayMonths,
          fitOutPrice: draw.assumptions.fitOutPricePerM2,
          cap: draw.assumptions.capRatePercent,
          indexation: draw.assumptions.rentIndexationPercent,
          cpi: draw.assumptions.cpiPercent,
          propertyTax: draw.assumptions.propertyTaxPercent,
          incomeTax: draw.assumptions.incomeTaxPercent,
        });
        expect(result.quarters).toHaveLength(rows.length);
        result.quarters.forEach(({ hold, resale }, t) => {
          const row = rows[t]!;
          for (const name of ['payment', 'rent', 'fitOut', 'terminal', 'propertyTax', 'incomeTax', 'flow'] as const)
            expect(hold[name] + 0, `${name}(${t})`).toBe(row[name].toNumber() + 0);
          expect(resale === undefined).toBe(row.resale === null);
          if (!resale || !row.resale) return;
          for (const name of ['sale', 'addedValue', 'tax', 'flow'] as const)
            expect(resale[name] + 0, `${name}(${t})`).toBe(row.resale[name].toNumber() + 0);
        });
        const flows = rows.map((row) => row.flow);
        expect(result.npv).toBeCloseTo(oracleNpv(flows, draw.discount).toNumber(), 1);
        if (signChanges(holdFlows(result)) !== 1) return;
        const expected = oracleIrr(flows);
        if (expected === null) return;
        expect(result.rentIrr.status).toBe('unique');
        expect(Math.abs(result.rentIrr.percent! - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
      }),
      { numRuns: 80, seed: 20261121 },
    );
  });
});

describe('investment model, properties', () => {
  it('totals are the sums of the shown rows, by quarters and by years', () => {
    fc.assert(
      fc.property(cases, ({ request, context }) => {
        const { quarters, years, roubles } = runFinanceModel(request, context);
        const total = (values: number[]) => values.reduce((sum, value) => sum + fromRoubles(value), 0) / 100;
        expect(total(quarters.map((row) => row.hold.payment))).toBe(roubles.buyingProperty);
        expect(total(quarters.map((row) => row.hold.rent))).toBe(roubles.rentFlow);
        expect(total(quarters.flatMap((row) => [row.hold.propertyTax, row.hold.incomeTax])) + 0).toBe(roubles.rentTax);
        expect(total(quarters.map((row) => row.hold.flow))).toBe(roubles.rentIncome);
        expect(total(years.map((row) => row.hold.flow))).toBe(roubles.rentIncome);
        expect(years.at(-1)!.cumulative).toBe(roubles.rentIncome);
        const { buyingProperty, priceOfFinishing, rentFlow, terminalValue, rentTax } = roubles;
        expect(total([buyingProperty, priceOfFinishing, rentFlow, terminalValue, rentTax])).toBe(roubles.rentIncome);
        if (roubles.saleIncome === null) return;
        expect(total(quarters.map((row) => row.resale!.flow))).toBe(roubles.saleIncome);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('more rent never lowers the IRR', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 60 }), ({ request, context }, percent) => {
        const factor = 1 + percent / 100;
        const dear = isOffice(request.model)
          ? runFinanceModel(request, { ...context, annualRentPerM2: context.annualRentPerM2! * factor })
          : runFinanceModel({ ...request, monthlyRent: request.monthlyRent! * factor }, context);
        const base = runFinanceModel(request, context);
        fc.pre(base.rentIrr.status === 'unique' && dear.rentIrr.status === 'unique');
        expect(dear.rentIrr.percent!).toBeGreaterThanOrEqual(base.rentIrr.percent!);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('paying everything at t = 0 is never better than paying later', () => {
    fc.assert(
      fc.property(cases, ({ request, context }) => {
        const staged = runFinanceModel(request, context);
        const first = staged.quarters[0]!.quarter;
        const atOnce = runFinanceModel({ ...request, payments: { [first]: 100 } }, context);
        expect(atOnce.quarters).toHaveLength(staged.quarters.length);
        expect(atOnce.npv).toBeLessThanOrEqual(staged.npv + 0.01 * staged.quarters.length);
        const singleSign = [staged, atOnce].every((result) => signChanges(holdFlows(result)) === 1);
        // Below zero a later payment is a disadvantage: money would grow by shrinking.
        fc.pre(singleSign && atOnce.rentIrr.percent! >= 0);
        expect(atOnce.rentIrr.percent!).toBeLessThanOrEqual(staged.rentIrr.percent! + 1e-6);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('scaling the area scales the money and leaves the IRR', () => {
    const one = runFinanceModel({ ...OFFICE_CONSTRUCTION, area: 100 }, OFFICE_CONTEXT);
    const ten = runFinanceModel({ ...OFFICE_CONSTRUCTION, area: 1_000 }, OFFICE_CONTEXT);
    for (const name of ['buyingProperty', 'rentFlow', 'terminalValue', 'rentTax', 'rentIncome', 'saleIncome'] as const)
      expect(Math.abs(ten.roubles[name]! - 10 * one.roubles[name]!)).toBeLessThan(30);
    expect(ten.rentIrr.percent!).toBeCloseTo(one.rentIrr.percent!, 4);
  });

  it('VAT 0 ≤ 5 ≤ 7: income and IRR fall', () => {
    fc.assert(
      fc.property(cases, ({ request, context }) => {
        const [none, five, seven] = [0, 5, 7].map((vatPercent) => runFinanceModel({ ...request, vatPercent }, context));
        expect(none!.roubles.rentIncome).toBeGreaterThan(five!.roubles.rentIncome);
        expect(five!.roubles.rentIncome).toBeGreaterThan(seven!.roubles.rentIncome);
        if (none!.roubles.saleIncome === null) return;
        expect(none!.roubles.saleIncome).toBeGreaterThan(five!.roubles.saleIncome!);
        expect(five!.roubles.saleIncome!).toBeGreaterThan(seven!.roubles.saleIncome!);
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  it('is deterministic: the same bytes of JSON, and no -0 in them', () => {
    const first = runFinanceModel(RETAIL_CONSTRUCTION, { now: NOW });
    const second = runFinanceModel(structuredClone(RETAIL_CONSTRUCTION), { now: new Date(NOW) });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Object.is(value, -0)).toBe(false);
      else if (value && typeof value === 'object') Object.values(value).forEach(walk);
    };
    walk(first);
  });

  it('the sensitivity table holds the model itself in its middle and moves the right way', () => {
    const result = runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT);
    const at = (price: number, rent: number) =>
      result.sensitivity.find((cell) => cell.priceChangePercent === price && cell.rentChangePercent === rent)!;
    expect(at(0, 0)).toMatchObject({ rentIrr: result.rentIrr, npv: result.npv, saleIrr: result.saleIrr });
    expect(at(10, 0).rentIrr.percent!).toBeLessThan(at(0, 0).rentIrr.percent!);
    expect(at(0, 10).rentIrr.percent!).toBeGreaterThan(at(0, 0).rentIrr.percent!);
    // 10 % dearer is the same as asking for 10 % more a metre.
    const dearer = runFinanceModel({ ...OFFICE_CONSTRUCTION, pricePerM2: 343_580.237 }, OFFICE_CONTEXT);
    expect(at(10, 0)).toMatchObject({ rentIrr: dearer.rentIrr, npv: dearer.npv });
  });
});
