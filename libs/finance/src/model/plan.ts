import { type Assumptions, FIT_OUT_SHARE, resolveAssumptions } from '../assumptions.js';
import { parseQuarter, type QuarterIndex, quarterOf } from '../quarter.js';
import { type FinanceContext, type FinanceModelRequest, isOffice, isUnderConstruction } from '../request.js';
import { divide, integerRatio, multiply, percentOf, type Ratio, ratioOf } from './ratio.js';

/** Everything the cash flow needs, resolved and exact. Quarters are indices t from the first quarter of the model. */
export interface Plan {
  /** Calendar quarter of t = 0. */
  start: QuarterIndex;
  deal: number;
  /** R. */
  readiness: number;
  /** S = R + ceil(holidays / 3). */
  rentStart: number;
  /** F = min(R + 1, S). */
  fitOut: number;
  /** T = R + H − 1. */
  last: number;
  /** Q = R + 1; null without a resale strategy. */
  resale: number | null;
  /** grow(t) applies. */
  underConstruction: boolean;
  area: Ratio;
  pricePerM2: Ratio;
  /** ₽/m² a year at today's prices. */
  annualRentPerM2: Ratio;
  /** ₽/m² at today's prices. */
  salePricePerM2: Ratio | null;
  cadastralValuePerM2: Ratio | null;
  fitOutShare: Ratio;
  /** Ascending by t; shares of the price. */
  payments: { t: number; percent: number; share: Ratio }[];
  vatPercent: number;
  assumptions: Assumptions;
}

/** Calendar positions that validation also needs: they depend on the request and the clock only. */
export function scheduleOf(request: FinanceModelRequest, now: Date) {
  const deal = request.dealQuarter === undefined ? quarterOf(now) : parseQuarter(request.dealQuarter)!;
  const paid = Object.entries(request.payments ?? {})
    .filter(([, percent]) => percent > 0)
    .map(([quarter, percent]) => ({ quarter: parseQuarter(quarter)!, percent }))
    .sort((a, b) => a.quarter - b.quarter);
  const payments = paid.length > 0 ? paid : [{ quarter: deal, percent: 100 }];
  const start = Math.min(deal, payments[0]!.quarter);
  const readiness = isUnderConstruction(request.model) ? parseQuarter(request.readiness!)! : deal;
  const assumptions = resolveAssumptions(request.assumptions);
  const holidays = Math.ceil(assumptions.rentHolidayMonths / 3);
  return { start, deal, payments, readiness, holidays, assumptions, last: readiness + assumptions.horizonQuarters - 1 };
}

/** Turns a validated request and its context into the exact plan of the model. */
export function planOf(request: FinanceModelRequest, context: FinanceContext): Plan {
  const schedule = scheduleOf(request, context.now);
  const office = isOffice(request.model);
  const underConstruction = isUnderConstruction(request.model);
  const area = ratioOf(request.area);
  const salePrice = office ? context.salePricePerM2AtCompletion : request.priceAtCompletion;
  const cadastralValue = request.averageCadastralValue ?? context.averageCadastralValue;
  const readiness = schedule.readiness - schedule.start;
  const rentStart = readiness + schedule.holidays;
  return {
    start: schedule.start,
    deal: schedule.deal - schedule.start,
    readiness,
    rentStart,
    fitOut: Math.min(readiness + 1, rentStart),
    last: schedule.last - schedule.start,
    resale: underConstruction && salePrice !== undefined ? readiness + 1 : null,
    underConstruction,
    area,
    pricePerM2: ratioOf(request.pricePerM2),
    annualRentPerM2: office
      ? ratioOf(context.annualRentPerM2!)
      : divide(multiply(ratioOf(request.monthlyRent!), integerRatio(12)), area),
    salePricePerM2: underConstruction && salePrice !== undefined ? ratioOf(salePrice) : null,
    cadastralValuePerM2: cadastralValue === undefined ? null : ratioOf(cadastralValue),
    fitOutShare: ratioOf(FIT_OUT_SHARE[request.fitOut]),
    payments: schedule.payments.map(({ quarter, percent }) => ({
      t: quarter - schedule.start,
      percent,
      share: percentOf(percent),
    })),
    vatPercent: request.vatPercent,
    assumptions: schedule.assumptions,
  };
}
