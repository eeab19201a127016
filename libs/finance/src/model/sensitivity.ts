import { toRoubles } from '../money.js';
import type { Irr, SensitivityCell } from '../result.js';
import { type CashFlow, cashFlow } from './cashflow.js';
import { annualIrr, netPresentValue } from './metrics.js';
import type { Plan } from './plan.js';
import { type Ratio } from './ratio.js';
import { sumHold } from './years.js';

/** Changes of the purchase price and of the rent, %. */
export const SENSITIVITY_STEPS = [-10, 0, 10] as const;

const factor = (percent: number): Ratio => ({ n: BigInt(100 + percent), d: 100n });

/** The whole model again for each pair of changes; `base` is the unchanged one. */
export function sensitivityGrid(plan: Plan, base: CashFlow, discountPercent: number): SensitivityCell[] {
  return SENSITIVITY_STEPS.flatMap((price) => {
    let saleIrr: Irr | null | undefined;
    return SENSITIVITY_STEPS.map((rent) => {
      const flow = price === 0 && rent === 0 ? base : cashFlow(plan, { price: factor(price), rent: factor(rent) });
      if (saleIrr === undefined) saleIrr = flow.resale ? annualIrr(flow.resale.map((row) => row.flow)) : null;
      const flows = flow.hold.map((row) => row.flow);
      return {
        priceChangePercent: price,
        rentChangePercent: rent,
        rentIrr: annualIrr(flows),
        npv: toRoubles(netPresentValue(flows, discountPercent)),
        rentIncome: toRoubles(sumHold(flow.hold).flow),
        saleIrr,
      };
    });
  });
}
