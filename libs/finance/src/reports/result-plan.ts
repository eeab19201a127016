import { type Plan, planOf } from '../model/plan.js';
import { quarterStart } from '../quarter.js';
import { isOffice, isUnderConstruction } from '../request.js';
import type { FinanceModelResult } from '../result.js';

/** The exact plan behind a result: reports recompute the stressed flows that the result itself does not carry. */
export function planOfResult(result: FinanceModelResult): Plan {
  const { inputs, timeline, model } = result;
  const construction = isUnderConstruction(model);
  return planOf(
    {
      model,
      area: inputs.area,
      pricePerM2: inputs.pricePerM2,
      fitOut: inputs.fitOut,
      vatPercent: inputs.vatPercent,
      dealQuarter: timeline.dealQuarter,
      payments: Object.fromEntries(inputs.payments.map(({ quarter, percent }) => [quarter, percent])),
      assumptions: result.assumptions,
      ...(construction ? { readiness: timeline.readinessQuarter } : {}),
      ...(inputs.monthlyRent === null ? {} : { monthlyRent: inputs.monthlyRent }),
      ...(isOffice(model) || inputs.salePricePerM2 === null ? {} : { priceAtCompletion: inputs.salePricePerM2 }),
    },
    {
      now: quarterStart(timeline.dealQuarter),
      annualRentPerM2: inputs.annualRentPerM2,
      ...(inputs.salePricePerM2 === null ? {} : { salePricePerM2AtCompletion: inputs.salePricePerM2 }),
      ...(inputs.averageCadastralValue === null ? {} : { averageCadastralValue: inputs.averageCadastralValue }),
    },
  );
}
