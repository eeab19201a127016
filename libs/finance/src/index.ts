// The calculator.

export {
  ASSUMPTION_NAMES,
  ASSUMPTION_RULES,
  type AssumptionName,
  type AssumptionRule,
  type Assumptions,
  DEFAULT_DISCOUNT_PERCENT,
} from './assumptions.js';
// What the dialog says.
export { type ComparisonRow, compareModels, type ModelComparison } from './comparison.js';
export {
  type CoefficientValue,
  resolveFinanceContext,
  type StationValuation,
  type ValuationSubject,
} from './context.js';
export { estatesValuation } from './estates-valuation.js';
export { type FinanceProblem, type FinanceProblemCode, FinanceRequestError } from './finance.errors.js';
export { runFinanceModel } from './finance-model.js';
// Building blocks of the model, without the tables around them.
export { type CashFlow, cashFlow } from './model/cashflow.js';
export { type RateOfReturn, rateOfReturn } from './model/irr.js';
export { type Plan, planOf } from './model/plan.js';

// Money, quarters and rates of return for callers that show them.
export * from './money.js';
export { formatQuarter, parseQuarter, quarterLabel, quarterOf } from './quarter.js';
// Reports: files as bytes.
export { cashFlowChartSvg } from './reports/chart.js';
export { renderPdf } from './reports/pdf.js';
export { renderChartPng } from './reports/png.js';
export { renderXlsx } from './reports/xlsx.js';
export * from './request.js';
export type * from './result.js';
export { type ModelSummary, summarise } from './summary.js';
export { REQUEST_BOUNDS, validateFinanceRequest } from './validation.js';
