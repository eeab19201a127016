import { DEFAULT_DISCOUNT_PERCENT } from './assumptions.js';
import { FinanceRequestError } from './finance.errors.js';
import { cashFlow } from './model/cashflow.js';
import { annualIrr, strategyMetrics } from './model/metrics.js';
import { type Plan, planOf } from './model/plan.js';
import { toNumber } from './model/ratio.js';
import { sensitivityGrid } from './model/sensitivity.js';
import { holdInRoubles, resaleInRoubles, sumHold, sumResale, yearRows } from './model/years.js';
import { formatDecimal, type Kopecks, MoneyRangeError, sumMoney, toMillions, toRoubles } from './money.js';
import { quarterLabel } from './quarter.js';
import { type FinanceContext, type FinanceModelRequest, isOffice } from './request.js';
import type { FinanceInputs, FinanceModelResult, ResultAmounts, Timeline } from './result.js';
import { unknownFields, validateFinanceRequest } from './validation.js';

/**
 * Computes the investment model: quarterly cash flow of the hold and, under construction, the resale
 * strategy, with IRR, NPV, MOIC, payback, calendar years and the sensitivity table. Pure: the same request and context give the same
 * JSON bytes. About a millisecond of CPU.
 *
 * @param input body of the request, not trusted
 * @param context clock and valuation, see `resolveFinanceContext`
 * @throws FinanceRequestError with stable codes and Russian sentences
 */
export function runFinanceModel(input: unknown, context: FinanceContext): FinanceModelResult {
  const request = validateFinanceRequest(input, context.now);
  requireValuation(request, context);
  try {
    return compute(request, context, unknownFields(input as object));
  } catch (error) {
    if (!(error instanceof MoneyRangeError)) throw error;
    const detail = 'Суммы слишком велики для точного расчёта: проверьте площадь, цену и допущения.';
    throw new FinanceRequestError([{ code: 'AMOUNT_TOO_LARGE', field: 'pricePerM2', detail }]);
  }
}

function requireValuation(request: FinanceModelRequest, context: FinanceContext): void {
  if (!isOffice(request.model)) return;
  const needed = [context.annualRentPerM2];
  if (request.model === 'office-construction') needed.push(context.salePricePerM2AtCompletion);
  if (needed.every((value) => value !== undefined && Number.isFinite(value) && value > 0)) return;
  const detail = 'Для этой станции нет данных о ставках: расчёт офиса невозможен.';
  throw new FinanceRequestError([{ code: 'VALUATION_UNAVAILABLE', field: 'station', detail }]);
}

function compute(
  request: FinanceModelRequest,
  context: FinanceContext,
  ignoredFields: readonly string[],
): FinanceModelResult {
  const plan = planOf(request, context);
  const flow = cashFlow(plan);
  const discountPercent = request.discountPercent ?? DEFAULT_DISCOUNT_PERCENT;
  const holdFlows = flow.hold.map((row) => row.flow);
  const resaleFlows = flow.resale?.map((row) => row.flow) ?? null;
  const hold = sumHold(flow.hold);
  const resale = flow.resale ? sumResale(flow.resale) : null;
  const kopecks = {
    buyingProperty: hold.payment,
    saleProperty: resale?.sale ?? null,
    addedValue: resale?.addedValue ?? null,
    saleTax: resale?.tax ?? null,
    saleIncome: resale?.flow ?? null,
    priceOfFinishing: hold.fitOut,
    rentFlow: hold.rent,
    terminalValue: hold.terminal,
    rentTax: sumMoney([hold.propertyTax, hold.incomeTax]),
    rentIncome: hold.flow,
  };
  const rentIrr = annualIrr(holdFlows);
  const saleIrr = resaleFlows ? annualIrr(resaleFlows) : null;
  return {
    model: request.model,
    roubles: mapAmounts(kopecks, toRoubles),
    millions: mapAmounts(kopecks, toMillions),
    rentIrr,
    saleIrr,
    ...strategyMetrics(plan, holdFlows, discountPercent),
    resaleMetrics: resaleFlows ? strategyMetrics(plan, resaleFlows, discountPercent) : null,
    quarters: flow.hold.map((row, t) => ({
      quarter: quarterLabel(plan.start + t),
      hold: holdInRoubles(row),
      ...(flow.resale ? { resale: resaleInRoubles(flow.resale[t]!) } : {}),
    })),
    years: yearRows(plan, flow),
    sensitivity: sensitivityGrid(plan, discountPercent),
    assumptions: plan.assumptions,
    warnings: [
      ...(context.warnings ?? []),
      ...inputWarnings(request, plan, ignoredFields),
      ...irrWarnings('удержания', rentIrr.status),
      ...(saleIrr ? irrWarnings('перепродажи', saleIrr.status) : []),
    ],
    inputs: inputsOf(request, plan, discountPercent, context.station),
    timeline: timelineOf(plan),
  };
}

/** Kopecks of every result in another unit. */
function mapAmounts(amounts: ResultAmounts, unit: (amount: Kopecks) => number): ResultAmounts {
  const optional = (amount: Kopecks | null) => (amount === null ? null : unit(amount));
  return {
    buyingProperty: unit(amounts.buyingProperty),
    saleProperty: optional(amounts.saleProperty),
    addedValue: optional(amounts.addedValue),
    saleTax: optional(amounts.saleTax),
    saleIncome: optional(amounts.saleIncome),
    priceOfFinishing: unit(amounts.priceOfFinishing),
    rentFlow: unit(amounts.rentFlow),
    terminalValue: unit(amounts.terminalValue),
    rentTax: unit(amounts.rentTax),
    rentIncome: unit(amounts.rentIncome),
  };
}

function inputWarnings(request: FinanceModelRequest, plan: Plan, ignoredFields: readonly string[]): string[] {
  const office = isOffice(request.model);
  const warnings: string[] = [];
  if (plan.cadastralValuePerM2 === null)
    warnings.push('Кадастровая стоимость неизвестна: налог на имущество принят равным нулю.');
  if (request.discountPercent === undefined)
    warnings.push(
      `Ставка дисконтирования не задана: NPV посчитан по ${formatDecimal(DEFAULT_DISCOUNT_PERCENT)} % годовых.`,
    );
  if (plan.underConstruction && plan.resale === null)
    warnings.push('Цена при вводе не задана: стратегия перепродажи не посчитана.');
  if (plan.underConstruction && plan.readiness < plan.deal)
    warnings.push('Квартал ввода раньше квартала сделки: проверьте даты.');
  if (office && request.monthlyRent !== undefined)
    warnings.push('МАП для офиса не используется: аренда берётся из оценки по станции.');
  if (office && request.priceAtCompletion !== undefined)
    warnings.push('Цена при вводе для офиса не используется: продажа берётся из оценки по станции.');
  const latePayments = plan.payments.some(({ t }) => plan.resale !== null && t > plan.resale);
  if (latePayments) warnings.push('Часть платежей приходится на время после перепродажи.');
  if (ignoredFields.length > 0) {
    const names = ignoredFields.slice(0, 5).map((name) => `«${name.slice(0, 40)}»`);
    warnings.push(`Неизвестные поля не учтены: ${names.join(', ')}.`);
  }
  return warnings;
}

function irrWarnings(strategy: string, status: 'unique' | 'none' | 'multiple'): string[] {
  if (status === 'none')
    return [`IRR стратегии ${strategy} не определяется: у этого потока нет внутренней доходности.`];
  if (status === 'multiple')
    return [`У стратегии ${strategy} несколько значений IRR: показано ближайшее к нулю, ориентируйтесь на NPV.`];
  return [];
}

function inputsOf(
  request: FinanceModelRequest,
  plan: Plan,
  discountPercent: number,
  officialStation: string | undefined,
): FinanceInputs {
  const optional = (value: Plan['salePricePerM2']) => (value === null ? null : toNumber(value));
  return {
    area: request.area,
    pricePerM2: request.pricePerM2,
    fitOut: request.fitOut,
    class: request.class ?? null,
    station: officialStation ?? request.station ?? null,
    walkMeters: request.walkMeters ?? null,
    monthlyRent: isOffice(request.model) ? null : (request.monthlyRent ?? null),
    annualRentPerM2: toNumber(plan.annualRentPerM2),
    salePricePerM2: optional(plan.salePricePerM2),
    averageCadastralValue: optional(plan.cadastralValuePerM2),
    payments: plan.payments.map(({ t, percent }) => ({ quarter: quarterLabel(plan.start + t), percent })),
    vatPercent: plan.vatPercent,
    discountPercent,
  };
}

function timelineOf(plan: Plan): Timeline {
  return {
    dealQuarter: quarterLabel(plan.start + plan.deal),
    readinessQuarter: quarterLabel(plan.start + plan.readiness),
    deal: plan.deal,
    readiness: plan.readiness,
    rentStart: plan.rentStart,
    fitOut: plan.fitOut,
    last: plan.last,
    resale: plan.resale,
  };
}
