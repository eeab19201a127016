import { describe, expect, it } from 'vitest';
import {
  formatAreaRange,
  formatBudget,
  formatNumber,
  formatPhone,
  formatReadiness,
  formatRoubles,
  nominalArea,
  plural,
} from './ru-format.js';

describe('ru-format', () => {
  it.each([
    [1_500_000, '1,5 млн ₽'],
    [1_234_567, '1 234 567 ₽'],
    [2_000_000_000, '2 млрд ₽'],
    [999, '999 ₽'],
    [-1_500_000, '−1,5 млн ₽'],
    [0, '0 ₽'],
  ])('writes %d roubles without losing a digit', (amount, text) => {
    expect(formatRoubles(amount).replace(/\u00a0/g, ' ')).toBe(text);
  });

  it.each([
    [{ areaMin: 135, areaMax: 165 }, 'около 150 м² (135–165)'],
    [{ areaMin: 100, areaMax: 150 }, '100–150 м²'],
    [{ areaMin: 100 }, 'от 100 м²'],
    [{ areaMax: 100 }, 'до 100 м²'],
    [{ areaMin: 70, areaMax: 70 }, '70 м²'],
    [{}, undefined],
  ])('writes the area %j', (slots, text) => {
    expect(formatAreaRange(slots)?.replace(/\u00a0/g, ' ')).toBe(text);
  });

  it('reads the number meant out of ±10 %', () => {
    expect(nominalArea({ areaMin: 40.95, areaMax: 50.05 })).toBe(45.5);
  });

  it.each([
    [{ deal: 'rent', budgetMax: 1_500_000 }, 'до 1,5 млн ₽ в месяц'],
    [{ deal: 'rent', budgetMax: 40_000, budgetPer: 'sqm' }, 'до 40 000 ₽ за м² в год'],
    [{ deal: 'sale', budgetMin: 10_000_000, budgetMax: 30_000_000 }, 'от 10 млн ₽ до 30 млн ₽'],
    [{ anyBudget: true }, 'не важен'],
  ] as const)('writes the budget %j', (slots, text) => {
    expect(formatBudget(slots)?.replace(/\u00a0/g, ' ')).toBe(text);
  });

  it('declines nouns', () => {
    const lots = [1, 2, 5, 11, 21, 112].map((count) => plural(count, ['лот', 'лота', 'лотов']));
    expect(lots).toEqual(['лот', 'лота', 'лотов', 'лотов', 'лот', 'лотов']);
  });

  it('writes quarters, phones and numbers', () => {
    expect(formatReadiness('2028-Q2').replace(/\u00a0/g, ' ')).toBe('II кв. 2028');
    expect(formatPhone('+79161234567').replace(/\u00a0/g, ' ')).toBe('+7 916 123-45-67');
    expect(formatNumber(1234.5).replace(/\u00a0/g, ' ')).toBe('1 234,5');
  });
});
