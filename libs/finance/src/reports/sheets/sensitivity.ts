import type { CashFlow } from '../../model/cashflow.js';
import { SENSITIVITY_STEPS } from '../../model/sensitivity.js';
import { toRoubles } from '../../money.js';
import type { FinanceModelResult, SensitivityCell } from '../../result.js';
import { cellName, columnName, SheetBuilder } from '../sheet.js';
import { ASSUMPTION_REFS as a } from './assumptions.js';
import { paymentFormula, QUARTER_COLUMNS, QUARTERS_SHEET, type QuarterColumn } from './quarters.js';
import { irrCached, irrFormula, npvFormula } from './summary.js';

const STEPS = SENSITIVITY_STEPS.length;
/** Rows of the tables with results, then of the working table. */
const IRR_ROW = 3;
const NPV_ROW = IRR_ROW + STEPS + 3;
const WORK_ROW = NPV_ROW + STEPS + 4;
const FIRST_ROW = WORK_ROW + 3;
/** First columns of the blocks of the working table, one column a step each (`flow`: price-major, nine columns). */
const BLOCKS = { payment: 1, rent: 1 + STEPS, terminal: 1 + 2 * STEPS, tax: 1 + 3 * STEPS, flow: 1 + 4 * STEPS };
const RESALE_BLOCK = BLOCKS.flow + STEPS * STEPS;

/**
 * Price × rent grid of the IRR and NPV with the whole calculation under it: the working table repeats the model for every step, so
 * the grid follows any change of the inputs and of the steps themselves. `flows` holds the stressed cash flows, price-major.
 */
export function sensitivitySheet(result: FinanceModelResult, flows: readonly CashFlow[]): SheetBuilder {
  const sheet = new SheetBuilder('Чувствительность', [30, ...new Array<number>(RESALE_BLOCK + STEPS - 1).fill(17)]);
  const last = FIRST_ROW + result.quarters.length - 1;
  const range = (column: number) => `${cellName(FIRST_ROW, column, 'both')}:${cellName(last, column, 'both')}`;
  const cell = (price: number, rent: number): SensitivityCell => result.sensitivity[price * STEPS + rent]!;

  sheet.text(0, 0, 'Чувствительность к цене покупки и ставке аренды', { bold: true });
  sheet.text(IRR_ROW - 1, 0, 'IRR удержания, годовых', { bold: true });
  sheet.header(IRR_ROW, 0, ['цена ↓ / аренда →']);
  SENSITIVITY_STEPS.forEach((step, i) => {
    sheet.value(IRR_ROW, 1 + i, step / 100, 'percent', { input: true, bold: true });
    sheet.value(IRR_ROW + 1 + i, 0, step / 100, 'percent', { input: true, bold: true });
    sheet.formula(NPV_ROW, 1 + i, cellName(IRR_ROW, 1 + i), step / 100, 'percent', { bold: true });
    sheet.formula(NPV_ROW + 1 + i, 0, cellName(IRR_ROW + 1 + i, 0), step / 100, 'percent', { bold: true });
  });
  sheet.text(NPV_ROW - 1, 0, 'NPV удержания, ₽', { bold: true });
  sheet.header(NPV_ROW, 0, ['цена ↓ / аренда →']);
  for (let price = 0; price < STEPS; price++)
    for (let rent = 0; rent < STEPS; rent++) {
      const flow = range(BLOCKS.flow + price * STEPS + rent);
      const { rentIrr, npv } = cell(price, rent);
      sheet.formula(IRR_ROW + 1 + price, 1 + rent, irrFormula(flow, rentIrr), irrCached(rentIrr), 'percent');
      sheet.formula(NPV_ROW + 1 + price, 1 + rent, npvFormula(flow, range(0)), npv, 'roubles');
    }
  if (result.saleIrr) {
    sheet.text(IRR_ROW - 1, 2 + STEPS, 'IRR перепродажи, годовых', { bold: true });
    for (let price = 0; price < STEPS; price++) {
      const { saleIrr } = cell(price, 0);
      if (saleIrr === null) continue;
      const formula = irrFormula(range(RESALE_BLOCK + price), saleIrr);
      sheet.formula(IRR_ROW + 1 + price, 2 + STEPS, formula, irrCached(saleIrr), 'percent');
    }
  }
  workingTable(sheet, result, flows);
  return sheet;
}

function workingTable(sheet: SheetBuilder, result: FinanceModelResult, flows: readonly CashFlow[]): void {
  const priceStep = (i: number) => cellName(IRR_ROW + 1 + i, 0, 'both');
  const rentStep = (i: number) => cellName(IRR_ROW, 1 + i, 'both');
  const at = (price: number, rent: number) => flows[price * STEPS + rent]!;
  sheet.text(WORK_ROW, 0, 'Расчёт, ₽', { bold: true });
  const titles = {
    payment: 'Платежи',
    rent: 'Аренда',
    terminal: 'Терминальная стоимость',
    tax: 'Налог на доход и НДС',
  };
  sheet.header(WORK_ROW + 2, 0, ['t']);
  for (const [block, title] of Object.entries(titles) as [keyof typeof titles, string][])
    sheet.header(
      WORK_ROW + 2,
      BLOCKS[block],
      SENSITIVITY_STEPS.map((_, i) => `${title} ${i + 1}`),
    );
  for (let i = 0; i < STEPS; i++)
    sheet.header(
      WORK_ROW + 2,
      BLOCKS.flow + i * STEPS,
      SENSITIVITY_STEPS.map((_, j) => `Поток ${i + 1}.${j + 1}`),
    );
  sheet.text(WORK_ROW + 1, 0, 'Цена помещения');
  for (let i = 0; i < STEPS; i++) {
    const price = -toRoubles(at(i, 0).hold.reduce((sum, row) => sum + row.payment, 0));
    const formula = `ROUND(${a.area}*${a.pricePerM2}*(1+${priceStep(i)}),2)`;
    sheet.formula(WORK_ROW + 1, BLOCKS.payment + i, formula, price, 'roubles');
  }
  const withResale = flows[0]?.resale !== null;
  if (withResale)
    sheet.header(
      WORK_ROW + 2,
      RESALE_BLOCK,
      SENSITIVITY_STEPS.map((_, i) => `Перепродажа ${i + 1}`),
    );
  result.quarters.forEach((_, t) => {
    const r = FIRST_ROW + t;
    const source = (column: QuarterColumn) => `${QUARTERS_SHEET}!$${columnName(QUARTER_COLUMNS[column])}$${t + 3}`;
    const here = (column: number) => cellName(r, column);
    const money = (column: number, formula: string, kopecks: number) =>
      sheet.formula(r, column, formula, toRoubles(kopecks), 'roubles');
    sheet.value(r, 0, t, 'integer');
    for (let i = 0; i < STEPS; i++) {
      const stressed = at(0, i).hold[t]!;
      money(
        BLOCKS.payment + i,
        paymentFormula(cellName(WORK_ROW + 1, BLOCKS.payment + i, 'both'), t),
        at(i, 0).hold[t]!.payment,
      );
      const indexed = `(1+${a.rentIndexationPercent})^INT((${here(0)}-${a.rentStart})/4)`;
      const rent = `ROUND(${a.annualRent}*(1+${rentStep(i)})*${a.growRent}*${a.area}/4*${indexed},2)`;
      money(BLOCKS.rent + i, `IF(AND(${here(0)}>=${a.rentStart},${here(0)}<=${a.last}),${rent},0)`, stressed.rent);
      const terminal = `ROUND(4*${here(BLOCKS.rent + i)}/${a.capRatePercent},2)`;
      money(BLOCKS.terminal + i, `IF(${here(0)}=${a.last},${terminal},0)`, stressed.terminal);
      const income = `(${here(BLOCKS.rent + i)}+${here(BLOCKS.terminal + i)})`;
      money(BLOCKS.tax + i, `-ROUND(${income}*(${a.incomeTaxPercent}+${a.vat}),2)`, stressed.incomeTax);
    }
    for (let price = 0; price < STEPS; price++) {
      for (let rent = 0; rent < STEPS; rent++) {
        const terms = [
          here(BLOCKS.payment + price),
          here(BLOCKS.rent + rent),
          here(BLOCKS.terminal + rent),
          here(BLOCKS.tax + rent),
          source('fitOut'),
          source('propertyTax'),
        ];
        money(BLOCKS.flow + price * STEPS + rent, `ROUND(${terms.join('+')},2)`, at(price, rent).hold[t]!.flow);
      }
      if (!withResale) continue;
      const terms = [here(BLOCKS.payment + price), source('sale'), source('addedValue'), source('saleTax')];
      money(RESALE_BLOCK + price, `ROUND(${terms.join('+')},2)`, at(price, 0).resale![t]!.flow);
    }
  });
}
