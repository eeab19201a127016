import { describe, expect, it } from 'vitest';
import {
  NOW,
  OFFICE_CONSTRUCTION,
  OFFICE_CONTEXT,
  OFFICE_READY,
  RETAIL_CONSTRUCTION,
  RETAIL_READY,
} from '../test/requests.js';
import { FinanceRequestError } from './finance.errors.js';
import { runFinanceModel } from './finance-model.js';

function refusal(request: unknown, context = OFFICE_CONTEXT): FinanceRequestError {
  try {
    runFinanceModel(request, context);
  } catch (error) {
    if (error instanceof FinanceRequestError) return error;
    throw error;
  }
  throw new Error('the request was accepted');
}

function without<T extends object>(request: T, field: keyof T): Partial<T> {
  const { [field]: _, ...rest } = request;
  return rest as Partial<T>;
}

describe('finance model requests', () => {
  it.each([
    ['nothing', undefined, 'INVALID_REQUEST', ''],
    ['an array', [], 'INVALID_REQUEST', ''],
    ['no model', without(OFFICE_READY, 'model'), 'FIELD_REQUIRED', 'model'],
    ['unknown model', { ...OFFICE_READY, model: 'warehouse' }, 'UNKNOWN_VALUE', 'model'],
    ['no area', without(OFFICE_READY, 'area'), 'FIELD_REQUIRED', 'area'],
    ['negative area', { ...OFFICE_READY, area: -5 }, 'VALUE_OUT_OF_RANGE', 'area'],
    ['absurd area', { ...OFFICE_READY, area: 1e9 }, 'VALUE_OUT_OF_RANGE', 'area'],
    ['area NaN', { ...OFFICE_READY, area: Number.NaN }, 'NOT_A_NUMBER', 'area'],
    ['area as text', { ...OFFICE_READY, area: '100' }, 'NOT_A_NUMBER', 'area'],
    ['infinite price', { ...OFFICE_READY, pricePerM2: Number.POSITIVE_INFINITY }, 'NOT_A_NUMBER', 'pricePerM2'],
    ['zero price', { ...OFFICE_READY, pricePerM2: 0 }, 'VALUE_OUT_OF_RANGE', 'pricePerM2'],
    ['unknown fit-out', { ...OFFICE_READY, fitOut: 'lux' }, 'UNKNOWN_VALUE', 'fitOut'],
    ['general VAT', { ...OFFICE_READY, vatPercent: 22 }, 'UNKNOWN_VALUE', 'vatPercent'],
    ['no VAT', without(OFFICE_READY, 'vatPercent'), 'FIELD_REQUIRED', 'vatPercent'],
    ['office without class', without(OFFICE_READY, 'class'), 'FIELD_REQUIRED', 'class'],
    ['office without station', without(OFFICE_READY, 'station'), 'FIELD_REQUIRED', 'station'],
    ['office without distance', without(OFFICE_READY, 'walkMeters'), 'FIELD_REQUIRED', 'walkMeters'],
    ['retail without rent', without(RETAIL_READY, 'monthlyRent'), 'FIELD_REQUIRED', 'monthlyRent'],
    ['construction without date', without(RETAIL_CONSTRUCTION, 'readiness'), 'FIELD_REQUIRED', 'readiness'],
    ['construction that is ready', { ...RETAIL_CONSTRUCTION, readiness: 'ready' }, 'READINESS_CONFLICT', 'readiness'],
    ['ready that is not', { ...RETAIL_READY, readiness: '2029-Q1' }, 'READINESS_CONFLICT', 'readiness'],
    ['readiness long past', { ...RETAIL_CONSTRUCTION, readiness: '2020-Q1' }, 'READINESS_CONFLICT', 'readiness'],
    ['readiness in forty years', { ...RETAIL_CONSTRUCTION, readiness: '2067-Q1' }, 'READINESS_TOO_FAR', 'readiness'],
    ['fifth quarter', { ...RETAIL_READY, dealQuarter: '2027-Q5' }, 'BAD_QUARTER', 'dealQuarter'],
    ['month instead of quarter', { ...RETAIL_READY, payments: { '2027-01': 100 } }, 'BAD_QUARTER', 'payments'],
    ['schedule as list', { ...RETAIL_READY, payments: [100] }, 'INVALID_REQUEST', 'payments'],
    [
      'negative payment',
      { ...RETAIL_READY, payments: { '2027-Q1': -10, '2027-Q2': 110 } },
      'VALUE_OUT_OF_RANGE',
      'payments.2027-Q1',
    ],
    ['payment ages ago', { ...RETAIL_READY, payments: { '2010-Q1': 100 } }, 'PAYMENT_TOO_EARLY', 'payments'],
    ['unknown assumption', { ...RETAIL_READY, assumptions: { capRate: 8 } }, 'UNKNOWN_ASSUMPTION', 'assumptions'],
    [
      'zero cap rate',
      { ...RETAIL_READY, assumptions: { capRatePercent: 0 } },
      'VALUE_OUT_OF_RANGE',
      'assumptions.capRatePercent',
    ],
    [
      'broken quarters',
      { ...RETAIL_READY, assumptions: { horizonQuarters: 8.5 } },
      'NOT_AN_INTEGER',
      'assumptions.horizonQuarters',
    ],
    [
      'holidays longer than the horizon',
      { ...RETAIL_READY, assumptions: { horizonQuarters: 4, rentHolidayMonths: 12 } },
      'RENT_HOLIDAYS_EXCEED_HORIZON',
      'assumptions.rentHolidayMonths',
    ],
    ['too much discount', { ...RETAIL_READY, discountPercent: 1000 }, 'VALUE_OUT_OF_RANGE', 'discountPercent'],
  ])('refuses %s', (_, request, code, field) => {
    const error = refusal(request);
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.message).toMatch(/^[А-ЯЁ].*[.]$/);
  });

  it('names the sum of a schedule that is not 100', () => {
    const error = refusal({ ...RETAIL_READY, payments: { '2027-Q1': 40, '2027-Q2': 55.5 } });
    expect(error.code).toBe('SCHEDULE_NOT_100');
    expect(error.problems[0].sum).toBe(95.5);
    expect(error.message).toContain('95,5 %');
    expect(refusal({ ...RETAIL_READY, payments: {} }).problems[0]).toMatchObject({ code: 'SCHEDULE_NOT_100', sum: 0 });
    // 0.1 + 0.2 + 99.7 is 100 in decimals though not in binary; 99.9999999999 is not.
    expect(() =>
      runFinanceModel({ ...RETAIL_READY, payments: { '2027-Q1': 0.1, '2027-Q2': 0.2, '2027-Q3': 99.7 } }, { now: NOW }),
    ).not.toThrow();
    expect(refusal({ ...RETAIL_READY, payments: { '2027-Q1': 99.9999999999 } }).code).toBe('SCHEDULE_NOT_100');
  });

  it('refuses a payment after the last quarter and accepts one in it', () => {
    // ready, deal 2027-Q1, H = 8: the last quarter is 2028-Q4
    const request = { ...RETAIL_READY, assumptions: { horizonQuarters: 8 } };
    const error = refusal({ ...request, payments: { '2027-Q1': 50, '2029-Q1': 50 } });
    expect(error.code).toBe('PAYMENT_AFTER_HORIZON');
    expect(error.message).toContain('IV\u00a0кв.\u00a02028');
    expect(() =>
      runFinanceModel({ ...request, payments: { '2027-Q1': 50, '2028-Q4': 50 } }, { now: NOW }),
    ).not.toThrow();
  });

  it('lists every problem at once', () => {
    const error = refusal({ model: 'office-ready', area: -1, pricePerM2: 'много', fitOut: 'ready' });
    expect(error.problems.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'VALUE_OUT_OF_RANGE area',
      'NOT_A_NUMBER pricePerM2',
      'FIELD_REQUIRED vatPercent',
      'FIELD_REQUIRED class',
      'FIELD_REQUIRED station',
      'FIELD_REQUIRED walkMeters',
    ]);
  });

  it('refuses amounts that kopecks cannot hold instead of rounding them', () => {
    const request = { ...RETAIL_READY, area: 500_000, pricePerM2: 10_000_000, monthlyRent: 1e10 };
    const assumptions = { horizonQuarters: 120, rentIndexationPercent: 30, capRatePercent: 1 };
    expect(refusal({ ...request, assumptions }).code).toBe('AMOUNT_TOO_LARGE');
  });

  it('computes with warnings where it can', () => {
    const { averageCadastralValue: _, ...noCadastral } = RETAIL_CONSTRUCTION;
    const result = runFinanceModel(noCadastral, { now: NOW });
    expect(result.roubles.rentTax).toBeLessThan(0);
    expect(result.quarters.every((row) => row.hold.propertyTax === 0)).toBe(true);
    expect(result.warnings.join(' ')).toContain('налог на имущество принят равным нулю');

    const { priceAtCompletion: __, ...noResale } = RETAIL_CONSTRUCTION;
    const hold = runFinanceModel(noResale, { now: NOW });
    expect(hold.saleIrr).toBeNull();
    expect(hold.roubles.saleIncome).toBeNull();
    expect(hold.warnings.join(' ')).toContain('перепродажи не посчитана');

    const unknown = runFinanceModel({ ...RETAIL_READY, garage: true }, { now: NOW });
    expect(unknown.warnings.join(' ')).toContain('«garage»');

    const office = runFinanceModel({ ...OFFICE_CONSTRUCTION, monthlyRent: 1, priceAtCompletion: 1 }, OFFICE_CONTEXT);
    expect(office.roubles).toEqual(runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT).roubles);
    expect(office.warnings).toHaveLength(2);
  });

  it('prefers the given cadastral value to the station', () => {
    const station = runFinanceModel(OFFICE_READY, OFFICE_CONTEXT);
    const given = runFinanceModel({ ...OFFICE_READY, averageCadastralValue: 60_000 }, OFFICE_CONTEXT);
    // 120 000 × 100 × 1.5 % / 4 = 45 000 and half of it
    expect(station.quarters[4]!.hold.propertyTax).toBe(-45_000);
    expect(given.quarters[4]!.hold.propertyTax).toBe(-22_500);
  });

  it('never returns an IRR it has not found', () => {
    // Nothing but expenses: the rent is eaten by the property tax.
    const request = {
      ...RETAIL_READY,
      monthlyRent: 1,
      averageCadastralValue: 1_000_000,
      assumptions: { capRatePercent: 50 },
    };
    const result = runFinanceModel(request, { now: NOW });
    expect(result.rentIrr).toEqual({ status: 'none' });
    expect(result.paybackQuarter).toBeNull();
    expect(result.warnings.join(' ')).toContain('не определяется');
  });

  it('puts what is paid at once into the deal quarter', () => {
    const dated = { ...OFFICE_CONSTRUCTION, dealQuarter: '2026-Q4', payments: { '2026-Q4': 30, '2027-Q1': 70 } };
    const atOnce = { ...dated, payments: { now: 30, '2027-Q1': 70 } };
    expect(runFinanceModel(atOnce, OFFICE_CONTEXT).quarters).toEqual(runFinanceModel(dated, OFFICE_CONTEXT).quarters);
    expect(refusal({ ...atOnce, payments: { now: 30 } }).code).toBe('SCHEDULE_NOT_100');
  });
});
