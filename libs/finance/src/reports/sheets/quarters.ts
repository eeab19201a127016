import { formatQuarter, parseQuarter, quarterYear } from '../../quarter.js';
import type { FinanceModelResult } from '../../result.js';
import { cellName, columnName, SheetBuilder } from '../sheet.js';
import { ASSUMPTION_REFS as a } from './assumptions.js';

export const QUARTERS_SHEET = 'Кварталы';
const FIRST_ROW = 2;

export const QUARTER_COLUMNS = {
  t: 0,
  quarter: 1,
  year: 2,
  share: 3,
  payment: 4,
  rent: 5,
  fitOut: 6,
  terminal: 7,
  propertyTax: 8,
  incomeTax: 9,
  flow: 10,
  cumulative: 11,
  resalePayment: 12,
  sale: 13,
  addedValue: 14,
  saleTax: 15,
  resaleFlow: 16,
} as const;

export type QuarterColumn = keyof typeof QUARTER_COLUMNS;

/** Absolute range of a column over all quarters, for formulas on other sheets. */
export function quarterRange(result: FinanceModelResult, column: QuarterColumn): string {
  const letter = columnName(QUARTER_COLUMNS[column]);
  return `${QUARTERS_SHEET}!$${letter}$${FIRST_ROW + 1}:$${letter}$${FIRST_ROW + result.quarters.length}`;
}

/** Reference to the total under a column. */
export function quarterTotal(result: FinanceModelResult, column: QuarterColumn): string {
  return `${QUARTERS_SHEET}!$${columnName(QUARTER_COLUMNS[column])}$${FIRST_ROW + result.quarters.length + 1}`;
}

/** Running share of the price up to a quarter (`t` ≥ 0) as a SUM over the schedule column. */
export function paidShare(t: number): string {
  const letter = columnName(QUARTER_COLUMNS.share);
  return `SUM(${QUARTERS_SHEET}!$${letter}$${FIRST_ROW + 1}:$${letter}$${FIRST_ROW + t + 1})`;
}

/** Payment of a quarter: difference of rounded running totals, so that the payments add up to the price exactly. */
export function paymentFormula(price: string, t: number): string {
  const upTo = `ROUND(${price}*${paidShare(t)},2)`;
  return t === 0 ? `-${upTo}` : `-(${upTo}-ROUND(${price}*${paidShare(t - 1)},2))`;
}

/** The quarterly cash flow of both strategies. */
export function quartersSheet(result: FinanceModelResult): SheetBuilder {
  const c = QUARTER_COLUMNS;
  const withResale = result.timeline.resale !== null;
  const sheet = new SheetBuilder(QUARTERS_SHEET, [5, 14, 7, 10, ...new Array<number>(withResale ? 13 : 8).fill(18)]);
  sheet.text(0, c.payment, 'Удержание и аренда, ₽', { bold: true });
  sheet.header(1, 0, ['t', 'Квартал', 'Год', 'Доля цены']);
  sheet.header(1, c.payment, ['Платежи', 'Аренда', 'Отделка', 'Терминальная стоимость']);
  sheet.header(1, c.propertyTax, ['Налог на имущество', 'Налог на доход и НДС', 'Поток', 'Нарастающим итогом']);
  if (withResale) {
    sheet.text(0, c.resalePayment, 'Перепродажа, ₽', { bold: true });
    sheet.header(1, c.resalePayment, ['Платежи', 'Продажа', 'Прирост стоимости', 'Налоги', 'Поток']);
  }
  const shares = new Map(result.inputs.payments.map(({ quarter, percent }) => [quarter, percent / 100]));
  let kopecks = 0;
  result.quarters.forEach((row, t) => {
    const r = FIRST_ROW + t;
    const at = (column: QuarterColumn) => cellName(r, c[column]);
    const money = (column: QuarterColumn, formula: string, cached: number) =>
      sheet.formula(r, c[column], formula, cached, 'roubles');
    sheet.value(r, c.t, t, 'integer');
    sheet.text(r, c.quarter, formatQuarter(row.quarter));
    sheet.value(r, c.year, quarterYear(parseQuarter(row.quarter) ?? 0), 'integer');
    sheet.value(r, c.share, shares.get(row.quarter) ?? 0, 'percent', { input: true });
    money('payment', paymentFormula(a.lotPrice, t), row.hold.payment);
    const indexed = `(1+${a.rentIndexationPercent})^INT((${at('t')}-${a.rentStart})/4)`;
    const rent = `ROUND(${a.annualRent}*${a.growRent}*${a.area}/4*${indexed},2)`;
    money('rent', `IF(AND(${at('t')}>=${a.rentStart},${at('t')}<=${a.last}),${rent},0)`, row.hold.rent);
    const fitOut = `-ROUND(${a.area}*${a.fitOutPricePerM2}*${a.fitOutShare}*${a.growFitOut},2)`;
    money('fitOut', `IF(${at('t')}=${a.fitOutQuarter},${fitOut},0)`, row.hold.fitOut);
    money('terminal', `IF(${at('t')}=${a.last},ROUND(4*${at('rent')}/${a.capRatePercent},2),0)`, row.hold.terminal);
    const propertyTax = `-ROUND(${a.cadastral}*${a.area}*${a.propertyTaxPercent}/4,2)`;
    const taxed = `AND(${at('t')}>=${a.readiness}+4,${at('t')}<=${a.last})`;
    money('propertyTax', `IF(${taxed},${propertyTax},0)`, row.hold.propertyTax);
    const income = `(${at('rent')}+${at('terminal')})`;
    money('incomeTax', `-ROUND(${income}*(${a.incomeTaxPercent}+${a.vat}),2)`, row.hold.incomeTax);
    money('flow', `ROUND(SUM(${at('payment')}:${at('incomeTax')}),2)`, row.hold.flow);
    kopecks += Math.round(row.hold.flow * 100);
    money('cumulative', `ROUND(SUM(${cellName(FIRST_ROW, c.flow, 'row')}:${at('flow')}),2)`, kopecks / 100);
    if (!row.resale) return;
    money('resalePayment', at('payment'), row.resale.payment);
    money('sale', `IF(${at('t')}=${a.resale},ROUND(${a.salePrice}*${a.area},2),0)`, row.resale.sale);
    money('addedValue', `ROUND(${at('sale')}*((1+${a.cpiPercent})^(${at('t')}/4)-1),2)`, row.resale.addedValue);
    const saleTax = `-ROUND((${at('sale')}+${at('addedValue')})*(${a.incomeTaxPercent}+${a.vat}),2)`;
    money('saleTax', saleTax, row.resale.tax);
    money('resaleFlow', `ROUND(SUM(${at('resalePayment')}:${at('saleTax')}),2)`, row.resale.flow);
  });
  totals(sheet, result);
  return sheet;
}

function totals(sheet: SheetBuilder, result: FinanceModelResult): void {
  const c = QUARTER_COLUMNS;
  const r = FIRST_ROW + result.quarters.length;
  const kopecks = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.round(value * 100), 0) / 100;
  const total = (column: QuarterColumn, values: readonly number[]) => {
    const range = `${cellName(FIRST_ROW, c[column])}:${cellName(r - 1, c[column])}`;
    sheet.formula(r, c[column], `ROUND(SUM(${range}),2)`, kopecks(values), 'roubles', { total: true });
  };
  sheet.text(r, c.quarter, 'Итого', { bold: true });
  const shareRange = `${cellName(FIRST_ROW, c.share)}:${cellName(r - 1, c.share)}`;
  sheet.formula(r, c.share, `SUM(${shareRange})`, 1, 'percent', { total: true });
  for (const name of ['payment', 'rent', 'fitOut', 'terminal', 'propertyTax', 'incomeTax', 'flow'] as const)
    total(
      name,
      result.quarters.map((row) => row.hold[name]),
    );
  const resale = result.quarters.flatMap((row) => row.resale ?? []);
  if (resale.length === 0) return;
  for (const [column, name] of [
    ['resalePayment', 'payment'],
    ['sale', 'sale'],
    ['addedValue', 'addedValue'],
    ['saleTax', 'tax'],
    ['resaleFlow', 'flow'],
  ] as const)
    total(
      column,
      resale.map((row) => row[name]),
    );
}
