import { describe, expect, it } from 'vitest';
import { AmbiguousStationError, EstatesError, UnknownStationError } from '#libs/estates';
import { NOW, OFFICE_CONSTRUCTION, OFFICE_READY, RETAIL_READY } from '../test/requests.js';
import { resolveFinanceContext, type StationValuation } from './context.js';
import { estatesValuation } from './estates-valuation.js';
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

describe('estatesValuation', () => {
  const kurskaya = {
    id: 's1',
    name: 'Курская',
    aliases: [],
    line: '3',
    lat: 55.76,
    lon: 37.66,
    priceA: 400_000,
    priceB: 300_000,
    rentA: 40_000,
    rentB: 30_000,
    averageCadastralValue: 110_000,
  };
  const directory = {
    one: (name: string) => {
      if (name === 'Арбатская') throw new AmbiguousStationError(name, ['Арбатская (3)', 'Арбатская (4)']);
      if (name !== 'Курская') throw new UnknownStationError(name, ['Курская']);
      return kurskaya;
    },
  };
  const valuation = estatesValuation(directory, ({ deal, area }) => {
    if (area > 1_000) throw new EstatesError('OUT_OF_BANDS', 'Для такой площади нет коэффициента в таблице.');
    return { pricePerM2: deal === 'rent' ? kurskaya.rentB : kurskaya.priceB };
  });

  it('turns refusals of the catalogue into problems of the request', () => {
    const resolve = (change: object) => () =>
      resolveFinanceContext({ ...OFFICE_READY, station: 'Курская', ...change }, valuation, NOW);
    expect(resolve({})()).toMatchObject({ annualRentPerM2: 30_000, averageCadastralValue: 110_000, warnings: [] });
    expect(resolve({ class: 'C' })().warnings).toHaveLength(1);
    expect(code(resolve({ station: 'Курск' }))).toBe('UNKNOWN_STATION');
    expect(code(resolve({ station: 'Арбатская' }))).toBe('AMBIGUOUS_STATION');
    expect(code(resolve({ area: 2_000 }))).toBe('VALUATION_UNAVAILABLE');
  });

  it('does not hide a broken valuation behind a refusal', () => {
    const broken = estatesValuation(directory, () => {
      throw new TypeError('broken');
    });
    expect(() => resolveFinanceContext({ ...OFFICE_READY, station: 'Курская' }, broken, NOW)).toThrow(TypeError);
  });
});
