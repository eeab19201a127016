import { toRoubles } from '../money.js';
import type { SensitivityCell } from '../result.js';
import { type CashFlow, cashFlow } from './cashflow.js';
import { annualIrr, netPresentValue } from './metrics.js';
import type { Plan } from './plan.js';
import type { Ratio } from './ratio.js';
import { sumHold } from './years.js';

/** Changes of the purchase price and of the rent, %. */
export const SENSITIVITY_STEPS = [-10, 0, 10] as const;

const factor = (percent: number): Ratio => ({ n: BigInt(100 + percent), d: 100n });

/** The whole model again for each pair of changes, price-major. */
export function stressedCashFlows(plan: Plan): CashFlow[] {
  return SENSITIVITY_STEPS.flatMap((price) =>
    SENSITIVITY_STEPS.map((rent) => cashFlow(plan, { price: factor(price), rent: factor(rent) })),
  );
}

export function sensitivityGrid(plan: Plan, discountPercent: number): SensitivityCell[] {
  const stressed = stressedCashFlows(plan);
  const steps = SENSITIVITY_STEPS.length;
  return SENSITIVITY_STEPS.flatMap((price, i) => {
    // The rent does not enter the resale strategy: one rate a price.
    const resale = stressed[i * steps]!.resale;
    const saleIrr = resale ? annualIrr(resale.map((row) => row.flow)) : null;
    return SENSITIVITY_STEPS.map((rent, j) => {
      const { hold } = stressed[i * steps + j]!;
      const flows = hold.map((row) => row.flow);
      return {
        priceChangePercent: price,
        rentChangePercent: rent,
        rentIrr: annualIrr(flows),
        npv: toRoubles(netPresentValue(flows, discountPercent)),
        rentIncome: toRoubles(sumHold(hold).flow),
        saleIrr,
      };
    });
  });
}
