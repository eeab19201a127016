import { describe, expect, it } from 'vitest';
import { NOW, OFFICE_CONSTRUCTION, OFFICE_CONTEXT, RETAIL_CONSTRUCTION, RETAIL_READY } from '../test/requests.js';
import { compareModels } from './comparison.js';
import { runFinanceModel } from './finance-model.js';
import { summarise } from './summary.js';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('compareModels', () => {
  it('shows the corrected input and what followed, and nothing else', () => {
    const before = runFinanceModel(RETAIL_READY, { now: NOW });
    const after = runFinanceModel({ ...RETAIL_READY, pricePerM2: 450_000 }, { now: NOW });
    const { inputs, results } = compareModels(before, after);
    expect(inputs.map((row) => ({ ...row, before: plain(row.before), after: plain(row.after) }))).toEqual([
      { name: 'pricePerM2', label: 'Цена', before: '500 000 ₽/м²', after: '450 000 ₽/м²' },
    ]);
    // The price moves the purchase and what depends on it; rent, terminal value and taxes stay.
    expect(results.map((row) => row.name)).toEqual(['buyingProperty', 'rentIncome', 'rentIrr', 'npv', 'moic']);
    const buying = results[0]!;
    expect([plain(buying.before), plain(buying.after), plain(buying.change!)]).toEqual([
      '−50 000 000,00 ₽',
      '−45 000 000,00 ₽',
      '+5,0 млн ₽',
    ]);
    const delta = (after.rentIrr.percent! - before.rentIrr.percent!).toFixed(2).replace('.', ',').replace(/0$/, '');
    expect(plain(results[2]!.change!)).toBe(`+${delta} п. п.`);
  });

  it('shows appearing figures against a dash, the schedule in words and an assumption by its label', () => {
    const before = runFinanceModel(RETAIL_READY, { now: NOW });
    const request = { ...RETAIL_CONSTRUCTION, assumptions: { capRatePercent: 10 } };
    const { inputs, results } = compareModels(before, runFinanceModel(request, { now: NOW }));
    const row = (name: string) => [...inputs, ...results].find((candidate) => candidate.name === name)!;
    expect(row('saleProperty')).toMatchObject({ before: '—' });
    expect(row('saleIrr').before).toBe('—');
    expect(plain(row('payments').after)).toBe('I кв. 2027 — 50 %, IV кв. 2027 — 50 %');
    expect(plain(row('assumptions.capRatePercent').after)).toBe('10 %');
  });

  it('of equal results is empty', () => {
    const result = runFinanceModel(RETAIL_READY, { now: NOW });
    expect(compareModels(result, structuredClone(result))).toEqual({ inputs: [], results: [] });
  });
});

describe('summarise', () => {
  it('tells both strategies in a few lines whose figures are the result’s', () => {
    const result = runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT);
    const summary = summarise(result);
    expect(plain(summary.title)).toBe('Инвестиционная модель: строящийся офис');
    expect(summary.lines.map(plain)).toEqual([
      // 123.45 × 312 345.67 = 38 559 072.96; fit-out 9 709 589.40; together 48 268 662.36
      'Покупка: 38,6 млн ₽, с отделкой — 48,3 млн ₽.',
      'Аренда: чистый доход 54,1 млн ₽, IRR 13,21 % годовых.',
      'Перепродажа после ввода: 17,0 млн ₽, IRR 24,32 % годовых.',
      'Вложения окупаются к кварталу II кв. 2034.',
    ]);
    const rows = new Map(summary.rows.map(({ label, value }) => [label, plain(value)]));
    expect(rows.get('Терминальная стоимость')).toBe('83,6 млн ₽');
    expect(rows.get('NPV при 15\u00a0%')).toBe('−3,9 млн ₽');
    expect([...rows.keys()].filter((label) => label === 'Покупка помещения')).toHaveLength(1);
  });

  it('says so when there is no return', () => {
    const hopeless = {
      ...RETAIL_READY,
      monthlyRent: 1,
      averageCadastralValue: 1_000_000,
      assumptions: { capRatePercent: 50 },
    };
    const summary = summarise(runFinanceModel(hopeless, { now: NOW }));
    expect(summary.lines.join(' ')).toContain('IRR не определяется');
    expect(summary.lines.at(-1)).toBe('За горизонт расчёта вложения не окупаются.');
    expect(summary.rows.some(({ label }) => label.includes('перепродаж'))).toBe(false);
  });
});
