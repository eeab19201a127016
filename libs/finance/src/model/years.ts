import { type Kopecks, postRoubles, roublesRatio, sumMoney, toRoubles } from '../money.js';
import { quarterYear } from '../quarter.js';
import type { HoldFlow, ResaleFlow, YearRow } from '../result.js';
import type { CashFlow, HoldPosting, ResalePosting } from './cashflow.js';
import type { Plan } from './plan.js';
import { add, multiply, percentOf } from './ratio.js';

/** Sum of a column over the given rows, in kopecks. */
function total<Row>(rows: readonly Row[], column: (row: Row) => Kopecks): Kopecks {
  return sumMoney(rows.map(column));
}

/** Column sums. */
export function sumHold(rows: readonly HoldPosting[]): HoldPosting {
  return {
    payment: total(rows, (row) => row.payment),
    rent: total(rows, (row) => row.rent),
    fitOut: total(rows, (row) => row.fitOut),
    terminal: total(rows, (row) => row.terminal),
    propertyTax: total(rows, (row) => row.propertyTax),
    incomeTax: total(rows, (row) => row.incomeTax),
    flow: total(rows, (row) => row.flow),
  };
}

/** Column sums. */
export function sumResale(rows: readonly ResalePosting[]): ResalePosting {
  return {
    payment: total(rows, (row) => row.payment),
    sale: total(rows, (row) => row.sale),
    addedValue: total(rows, (row) => row.addedValue),
    tax: total(rows, (row) => row.tax),
    flow: total(rows, (row) => row.flow),
  };
}

export function holdInRoubles(row: HoldPosting): HoldFlow {
  return {
    payment: toRoubles(row.payment),
    rent: toRoubles(row.rent),
    fitOut: toRoubles(row.fitOut),
    terminal: toRoubles(row.terminal),
    propertyTax: toRoubles(row.propertyTax),
    incomeTax: toRoubles(row.incomeTax),
    flow: toRoubles(row.flow),
  };
}

export function resaleInRoubles(row: ResalePosting): ResaleFlow {
  return {
    payment: toRoubles(row.payment),
    sale: toRoubles(row.sale),
    addedValue: toRoubles(row.addedValue),
    tax: toRoubles(row.tax),
    flow: toRoubles(row.flow),
  };
}

/** Calendar years with cash-on-cash (see `YearRow`). */
export function yearRows(plan: Plan, { hold, resale }: CashFlow): YearRow[] {
  const totals = sumHold(hold);
  const invested = -(totals.payment + totals.fitOut);
  const taxRate = add(percentOf(plan.assumptions.incomeTaxPercent), percentOf(plan.vatPercent));
  const rows: YearRow[] = [];
  let cumulative = 0;
  for (let year = quarterYear(plan.start); year <= quarterYear(plan.start + plan.last); year++) {
    const from = Math.max(0, year * 4 - plan.start);
    const to = Math.min(plan.last + 1, year * 4 + 4 - plan.start);
    const sum = sumHold(hold.slice(from, to));
    cumulative = sumMoney([cumulative, sum.flow]);
    const terminalTax = postRoubles(multiply(roublesRatio(sum.terminal), taxRate));
    const running = sumMoney([sum.rent, sum.propertyTax, sum.incomeTax, terminalTax]);
    rows.push({
      year,
      hold: holdInRoubles(sum),
      ...(resale ? { resale: resaleInRoubles(sumResale(resale.slice(from, to))) } : {}),
      cumulative: toRoubles(cumulative),
      cashOnCashPercent: invested === 0 ? 0 : Number(((running / invested) * 100).toFixed(2)) + 0,
    });
  }
  return rows;
}
