import type { FinanceModelResult } from '../../result.js';
import { cellName, SheetBuilder } from '../sheet.js';
import { ASSUMPTION_REFS as a } from './assumptions.js';
import { type QuarterColumn, quarterRange, quarterTotal } from './quarters.js';

const FIRST_ROW = 1;
const HOLD = ['payment', 'rent', 'fitOut', 'terminal', 'propertyTax', 'incomeTax', 'flow'] as const;

/** Calendar years: sums over the quarters, running total and cash-on-cash. */
export function yearsSheet(result: FinanceModelResult): SheetBuilder {
  const withResale = result.timeline.resale !== null;
  const sheet = new SheetBuilder('Годы', [8, ...new Array<number>(10).fill(18)]);
  sheet.header(0, 0, ['Год', 'Платежи', 'Аренда', 'Отделка', 'Терминальная стоимость', 'Налог на имущество']);
  sheet.header(0, 6, ['Налог на доход и НДС', 'Поток', 'Нарастающим итогом', 'Доходность на вложенное (cash-on-cash)']);
  if (withResale) sheet.header(0, 10, ['Поток при перепродаже']);
  result.years.forEach((year, i) => {
    const r = FIRST_ROW + i;
    const sum = (column: QuarterColumn) =>
      `ROUND(SUMIF(${quarterRange(result, 'year')},${cellName(r, 0, 'column')},${quarterRange(result, column)}),2)`;
    sheet.value(r, 0, year.year, 'integer');
    HOLD.forEach((name, column) => {
      sheet.formula(r, 1 + column, sum(name), year.hold[name], 'roubles');
    });
    sheet.formula(r, 8, `ROUND(SUM(${cellName(FIRST_ROW, 7, 'row')}:${cellName(r, 7)}),2)`, year.cumulative, 'roubles');
    const terminalTax = `ROUND(${cellName(r, 4)}*(${a.incomeTaxPercent}+${a.vat}),2)`;
    const running = `(${cellName(r, 2)}+${cellName(r, 5)}+${cellName(r, 6)}+${terminalTax})`;
    const invested = `-(${quarterTotal(result, 'payment')}+${quarterTotal(result, 'fitOut')})`;
    sheet.formula(r, 9, `ROUND(${running}/(${invested}),4)`, year.cashOnCashPercent / 100, 'percent');
    if (year.resale) sheet.formula(r, 10, sum('resaleFlow'), year.resale.flow, 'roubles');
  });
  return sheet;
}
