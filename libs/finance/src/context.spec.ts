import { describe, expect, it } from 'vitest';
import { NOW, OFFICE_CONSTRUCTION, OFFICE_READY, RETAIL_READY } from '../test/requests.js';
import { resolveFinanceContext, type StationValuation } from './context.js';
import { FinanceRequestError } from './finance.errors.js';
import { runFinanceModel } from './finance-model.js';

const valuation: StationValuation = {
  station: (name) => {
    if (name === 'Арбатская') return { ambiguous: ['Арбатская (3)', 'Арбатская (4)'] };
    return name === 'Белорусская'
      ? { name, averageCadastralValue: 150_000 }
      : { closest: ['Белорусская', 'Беломорская'] };
  },
  value: ({ deal, class: grade, area }) => {
    if (area > 10_000) return { refused: 'Для такой площади нет коэффициента.' };
    const warnings = grade === 'C' ? ['Класс C: оценка по ставкам класса B.'] : [];
    return { pricePerM2: deal === 'rent' ? 40_000 : 500_000, warnings };
  },
};

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FinanceRequestError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('resolveFinanceContext', () => {
  it('takes rent and sale of an office under construction from the valuation', () => {
    const context = resolveFinanceContext(OFFICE_CONSTRUCTION, valuation, NOW);
    expect(context).toEqual({
      now: NOW,
      station: 'Белорусская',
      averageCadastralValue: 150_000,
      annualRentPerM2: 40_000,
      salePricePerM2AtCompletion: 500_000,
      warnings: [],
    });
    expect(runFinanceModel(OFFICE_CONSTRUCTION, context).inputs).toMatchObject({
      annualRentPerM2: 40_000,
      salePricePerM2: 500_000,
    });
  });

  it('asks no sale price for ready premises, and for retail only the cadastral value', () => {
    expect(resolveFinanceContext(OFFICE_READY, valuation, NOW)).not.toHaveProperty('salePricePerM2AtCompletion');
    expect(resolveFinanceContext(RETAIL_READY, valuation, NOW)).toEqual({ now: NOW });
    expect(resolveFinanceContext({ ...RETAIL_READY, station: 'Белорусская' }, valuation, NOW)).toEqual({
      now: NOW,
      station: 'Белорусская',
      averageCadastralValue: 150_000,
    });
    const shown = runFinanceModel(
      { ...OFFICE_READY, station: 'м. белорусская' },
      { now: NOW, annualRentPerM2: 1, station: 'Белорусская' },
    );
    expect(shown.inputs.station).toBe('Белорусская');
  });

  it('passes remarks of the valuation to the warnings, once', () => {
    const context = resolveFinanceContext({ ...OFFICE_CONSTRUCTION, class: 'C' }, valuation, NOW);
    expect(context.warnings).toEqual(['Класс C: оценка по ставкам класса B.']);
    expect(runFinanceModel({ ...OFFICE_CONSTRUCTION, class: 'C' }, context).warnings).toContain(context.warnings![0]);
  });

  it('never guesses a station', () => {
    const unknown = () => resolveFinanceContext({ ...OFFICE_READY, station: 'Белоруская' }, valuation, NOW);
    expect(unknown).toThrow('Похожие: Белорусская, Беломорская.');
    expect(code(unknown)).toBe('UNKNOWN_STATION');
    expect(code(() => resolveFinanceContext({ ...OFFICE_READY, station: 'Арбатская' }, valuation, NOW))).toBe(
      'AMBIGUOUS_STATION',
    );
    expect(code(() => resolveFinanceContext({ ...OFFICE_READY, area: 20_000 }, valuation, NOW))).toBe(
      'VALUATION_UNAVAILABLE',
    );
    expect(code(() => runFinanceModel(OFFICE_READY, { now: NOW }))).toBe('VALUATION_UNAVAILABLE');
  });
});
