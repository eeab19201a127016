import {
  FIT_OUT_LABELS,
  HOLD_RESULTS,
  MODEL_LABELS,
  NO_IRR,
  NO_PAYBACK,
  RESALE_RESULTS,
  RESULT_LABELS,
} from '../../labels.js';
import { formatDecimal } from '../../money.js';
import { formatQuarter } from '../../quarter.js';
import type { FinanceModelResult, Irr, ResultName, StrategyMetrics } from '../../result.js';
import { cellName, SheetBuilder } from '../sheet.js';
import { ASSUMPTION_REFS as a } from './assumptions.js';
import { type QuarterColumn, quarterRange, quarterTotal } from './quarters.js';

/** Annual IRR of a range; `guess` starts the spreadsheet's solver at our own root. */
export function irrFormula(range: string, irr: Irr): string {
  const guess = irr.percent === undefined ? 0.02 : Math.expm1(Math.log1p(irr.percent / 100) / 4);
  return `IFERROR((1+IRR(${range},${Number(guess.toFixed(8))}))^4-1,"${NO_IRR}")`;
}

export function irrCached(irr: Irr): number | string {
  return irr.percent === undefined ? NO_IRR : irr.percent / 100;
}

export function npvFormula(flows: string, t: string): string {
  return `ROUND(SUMPRODUCT(${flows}/(1+${a.discount})^(${t}/4)),2)`;
}

const TOTAL_OF: Readonly<Record<ResultName, readonly QuarterColumn[]>> = {
  buyingProperty: ['payment'],
  saleProperty: ['sale'],
  addedValue: ['addedValue'],
  saleTax: ['saleTax'],
  saleIncome: ['resaleFlow'],
  priceOfFinishing: ['fitOut'],
  rentFlow: ['rent'],
  terminalValue: ['terminal'],
  rentTax: ['propertyTax', 'incomeTax'],
  rentIncome: ['flow'],
};

/** The page a reader opens first: results of both strategies and warnings. */
export function summarySheet(result: FinanceModelResult): SheetBuilder {
  const { inputs } = result;
  const sheet = new SheetBuilder('Сводка', [38, 22, 16, 40]);
  sheet.text(0, 0, `Инвестиционная модель: ${MODEL_LABELS[result.model].toLowerCase()}`, { bold: true });
  const place = inputs.station === null ? '' : `, ${inputs.station}`;
  sheet.text(
    1,
    0,
    `${formatDecimal(inputs.area)} м²${place}, ${FIT_OUT_LABELS[inputs.fitOut]}, НДС ${inputs.vatPercent} %`,
  );
  let row = strategy(sheet, 3, 'Удержание и аренда', result, HOLD_RESULTS, {
    flow: 'flow',
    irr: result.rentIrr,
    metrics: result,
  });
  if (result.saleIrr && result.resaleMetrics)
    row = strategy(sheet, row + 1, 'Перепродажа после ввода', result, RESALE_RESULTS, {
      flow: 'resaleFlow',
      irr: result.saleIrr,
      metrics: result.resaleMetrics,
    });
  if (result.warnings.length > 0) sheet.text(row + 1, 0, 'Замечания', { bold: true });
  result.warnings.forEach((warning, i) => {
    sheet.text(row + 2 + i, 0, warning);
  });
  return sheet;
}

function strategy(
  sheet: SheetBuilder,
  top: number,
  title: string,
  result: FinanceModelResult,
  names: readonly ResultName[],
  { flow, irr, metrics }: { flow: 'flow' | 'resaleFlow'; irr: Irr; metrics: StrategyMetrics },
): number {
  sheet.header(top, 0, [title, '₽', 'млн ₽']);
  names.forEach((name, i) => {
    const row = top + 1 + i;
    const total = i === names.length - 1;
    const columns = TOTAL_OF[name].map((column) => quarterTotal(result, column));
    const formula = columns.length === 1 ? columns[0]! : `ROUND(${columns.join('+')},2)`;
    sheet.text(row, 0, RESULT_LABELS[name], { bold: total });
    sheet.formula(row, 1, formula, result.roubles[name] ?? 0, 'roubles', { total });
    sheet.formula(row, 2, `ROUND(${cellName(row, 1)}/1000000,1)`, result.millions[name] ?? 0, 'millions', { total });
  });
  let row = top + 1 + names.length;
  const flows = quarterRange(result, flow);
  const t = quarterRange(result, 't');
  const metric = (
    label: string,
    formula: string,
    cached: number | string,
    format: 'percent' | 'roubles' | 'decimal',
  ) => {
    sheet.text(row, 0, label);
    sheet.formula(row, 1, formula, cached, format);
    row++;
  };
  metric('IRR, годовых', irrFormula(flows, irr), irrCached(irr), 'percent');
  sheet.text(row, 3, 'ставка дисконтирования — на листе «Допущения»');
  metric('NPV', npvFormula(flows, t), metrics.npv, 'roubles');
  const paid = `SUMIF(${flows},"<0")`;
  const moic = `IF(${paid}=0,"—",ROUND(SUMIF(${flows},">0")/-${paid},4))`;
  metric('Возврат на вложенное (MOIC)', moic, metrics.moic ?? '—', 'decimal');
  if (flow === 'flow') {
    // One past the last quarter with a negative running total: the payback index, 0 when nothing was ever paid in.
    const index = `SUMPRODUCT(MAX((${quarterRange(result, 'cumulative')}<0)*(${t}+1)))`;
    const label = `INDEX(${quarterRange(result, 'quarter')},${index}+1)`;
    const payback = metrics.paybackQuarter === null ? NO_PAYBACK : formatQuarter(metrics.paybackQuarter);
    metric('Окупаемость', `IF(OR(${index}=0,${index}>MAX(${t})),"${NO_PAYBACK}",${label})`, payback, 'decimal');
  }
  return row;
}
