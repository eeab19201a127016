import { fromRoubles, type Kopecks, sumMoney, toRoubles } from '../money.js';
import { quarterLabel } from '../quarter.js';
import type { Irr, StrategyMetrics } from '../result.js';
import { rateOfReturn } from './irr.js';
import type { Plan } from './plan.js';

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}

/** Annual IRR of quarterly flows: `(1 + r)^4 − 1`. */
export function annualIrr(flows: readonly Kopecks[]): Irr {
  const { status, closestToZero } = rateOfReturn(flows);
  if (closestToZero === undefined) return { status };
  // expm1/log1p keep the digits of rates near zero.
  return { status, percent: rounded(Math.expm1(4 * Math.log1p(closestToZero)) * 100, 6) };
}

/** Σ flow(t) / (1 + discount)^(t/4), rounded to kopecks once. */
export function netPresentValue(flows: readonly Kopecks[], discountPercent: number): Kopecks {
  const step = Math.log1p(discountPercent / 100) / 4;
  let sum = 0;
  flows.forEach((flow, t) => {
    sum += flow * Math.exp(-step * t);
  });
  return fromRoubles(sum / 100);
}

/** Positive flows over negative ones, four decimals; null when nothing is paid in. */
export function multipleOnInvestedCapital(flows: readonly Kopecks[]): number | null {
  const received = sumMoney(flows.filter((flow) => flow > 0));
  const paid = -sumMoney(flows.filter((flow) => flow < 0));
  return paid === 0 ? null : rounded(received / paid, 4);
}

/** First t from which the running total stays non-negative after having been negative; null when it ends below zero. */
export function paybackIndex(flows: readonly Kopecks[]): number | null {
  let total = 0;
  let lastNegative = -1;
  flows.forEach((flow, t) => {
    total = sumMoney([total, flow]);
    if (total < 0) lastNegative = t;
  });
  return lastNegative === -1 || lastNegative === flows.length - 1 ? null : lastNegative + 1;
}

export function strategyMetrics(plan: Plan, flows: readonly Kopecks[], discountPercent: number): StrategyMetrics {
  const payback = paybackIndex(flows);
  return {
    npv: toRoubles(netPresentValue(flows, discountPercent)),
    moic: multipleOnInvestedCapital(flows),
    paybackQuarter: payback === null ? null : quarterLabel(plan.start + payback),
  };
}
