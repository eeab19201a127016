import { type Kopecks, postRoubles, roublesRatio, splitByShares, sumMoney } from '../money.js';
import type { Plan } from './plan.js';
import {
  add,
  divide,
  integerRatio,
  multiply,
  ONE,
  percentOf,
  power,
  quarterlyPowers,
  type Ratio,
  ratioOf,
} from './ratio.js';

/** One quarter in kopecks; names and signs as in the result. */
export interface HoldPosting {
  payment: Kopecks;
  rent: Kopecks;
  fitOut: Kopecks;
  terminal: Kopecks;
  propertyTax: Kopecks;
  incomeTax: Kopecks;
  flow: Kopecks;
}

export interface ResalePosting {
  payment: Kopecks;
  sale: Kopecks;
  addedValue: Kopecks;
  tax: Kopecks;
  flow: Kopecks;
}

export interface CashFlow {
  hold: HoldPosting[];
  /** Null without a resale strategy. */
  resale: ResalePosting[] | null;
}

/** What the sensitivity table multiplies; 1 by default. */
export interface Stress {
  price: Ratio;
  rent: Ratio;
}

const FOUR = integerRatio(4);

/** Money out; `-0` would be a different JSON value in strict comparisons. */
const out = (amount: Kopecks): Kopecks => (amount === 0 ? 0 : -amount);

/**
 * The quarterly cash flow of both strategies (domain: investment model). Each amount is rounded once, when posted; amounts derived
 * from others (terminal value, taxes, added value) start from the posted ones, so that the shown table can be checked by hand.
 * @throws MoneyRangeError
 */
export function cashFlow(plan: Plan, stress: Stress = { price: ONE, rent: ONE }): CashFlow {
  const { assumptions: a, last } = plan;
  const inflation = quarterlyPowers(add(ONE, percentOf(a.cpiPercent)));
  const grow = (t: number): Ratio => (plan.underConstruction ? inflation(t) : ONE);
  const taxRate = add(percentOf(a.incomeTaxPercent), percentOf(plan.vatPercent));
  const tax = (income: Kopecks) => out(postRoubles(multiply(roublesRatio(income), taxRate)));

  const price = postRoubles(multiply(plan.area, plan.pricePerM2, stress.price));
  const parts = splitByShares(
    price,
    plan.payments.map(({ share }) => share),
  );
  const payments = new Array<Kopecks>(last + 1).fill(0);
  plan.payments.forEach(({ t }, i) => {
    payments[t] = out(parts[i]!);
  });

  const indexation = add(ONE, percentOf(a.rentIndexationPercent));
  const firstRent = divide(multiply(plan.annualRentPerM2, stress.rent, grow(plan.rentStart), plan.area), FOUR);
  const rents: Kopecks[] = [];
  for (let year = 0; plan.rentStart + 4 * year <= last; year++)
    rents.push(postRoubles(multiply(firstRent, power(indexation, year))));
  const fitOut = out(
    postRoubles(multiply(plan.area, ratioOf(a.fitOutPricePerM2), plan.fitOutShare, grow(plan.fitOut))),
  );
  const propertyTax = plan.cadastralValuePerM2
    ? out(postRoubles(divide(multiply(plan.cadastralValuePerM2, plan.area, percentOf(a.propertyTaxPercent)), FOUR)))
    : 0;

  const hold: HoldPosting[] = [];
  for (let t = 0; t <= last; t++) {
    const rent = t >= plan.rentStart ? rents[Math.floor((t - plan.rentStart) / 4)]! : 0;
    const terminal =
      t === last ? postRoubles(divide(multiply(FOUR, roublesRatio(rent)), percentOf(a.capRatePercent))) : 0;
    const row = {
      payment: payments[t]!,
      rent,
      fitOut: t === plan.fitOut ? fitOut : 0,
      terminal,
      propertyTax: t >= plan.readiness + 4 ? propertyTax : 0,
      incomeTax: tax(sumMoney([rent, terminal])),
    };
    hold.push({ ...row, flow: sumMoney(Object.values(row)) });
  }
  return { hold, resale: resaleFlow(plan, payments, inflation, tax) };
}

function resaleFlow(
  plan: Plan,
  payments: readonly Kopecks[],
  inflation: (t: number) => Ratio,
  tax: (income: Kopecks) => Kopecks,
): ResalePosting[] | null {
  if (plan.resale === null || plan.salePricePerM2 === null) return null;
  const sale = postRoubles(multiply(plan.salePricePerM2, plan.area));
  const growth = add(inflation(plan.resale), { n: -1n, d: 1n });
  const addedValue = postRoubles(multiply(roublesRatio(sale), growth));
  const saleTax = tax(sumMoney([sale, addedValue]));
  return payments.map((payment, t) => {
    const row =
      t === plan.resale ? { payment, sale, addedValue, tax: saleTax } : { payment, sale: 0, addedValue: 0, tax: 0 };
    return { ...row, flow: sumMoney(Object.values(row)) };
  });
}
