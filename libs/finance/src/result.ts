import type { Assumptions } from './assumptions.js';
import type { FinanceModel, FitOutState, PremisesClass } from './request.js';

/** Internal rate of return, % a year: `((1 + quarterly)^4 − 1) × 100`, six decimals. */
export interface Irr {
  /** `none`: no sign change or no root; `multiple`: several roots, `percent` is the one closest to zero. */
  status: 'unique' | 'none' | 'multiple';
  percent?: number;
}

/** One quarter of the hold strategy; roubles, money out is negative, `flow` is the sum of the rest. */
export interface HoldFlow {
  payment: number;
  rent: number;
  fitOut: number;
  terminal: number;
  propertyTax: number;
  incomeTax: number;
  flow: number;
}

/** One quarter of the resale strategy; roubles, money out is negative, `flow` is the sum of the rest. */
export interface ResaleFlow {
  payment: number;
  sale: number;
  addedValue: number;
  tax: number;
  flow: number;
}

export interface QuarterRow {
  /** `YYYY-Qn`. */
  quarter: string;
  hold: HoldFlow;
  resale?: ResaleFlow;
}

/** A calendar year: sums of its quarters. */
export interface YearRow {
  year: number;
  hold: HoldFlow;
  resale?: ResaleFlow;
  /** Hold flows since the start, roubles. */
  cumulative: number;
  /**
   * (rent + property tax + income tax on rent) of the year / (whole price + fit-out) × 100, two decimals. The terminal value and the
   * tax on it are left out: it is the running yield of the money put in. No loan is modelled.
   */
  cashOnCashPercent: number;
}

/** Totals over all shown quarters. Null where the strategy does not apply. */
export interface ResultAmounts {
  buyingProperty: number;
  saleProperty: number | null;
  addedValue: number | null;
  saleTax: number | null;
  /** buyingProperty + saleProperty + addedValue + saleTax. */
  saleIncome: number | null;
  priceOfFinishing: number;
  rentFlow: number;
  terminalValue: number;
  /** Property and income tax. */
  rentTax: number;
  /** buyingProperty + priceOfFinishing + rentFlow + terminalValue + rentTax. */
  rentIncome: number;
}

export type ResultName = keyof ResultAmounts;

export interface SensitivityCell {
  /** Change of the purchase price, %. */
  priceChangePercent: number;
  /** Change of the rent, %. */
  rentChangePercent: number;
  rentIrr: Irr;
  npv: number;
  rentIncome: number;
  /** Depends on the price only; null without a resale strategy. */
  saleIrr: Irr | null;
}

export interface StrategyMetrics {
  /** Roubles: Σ flow(t) / (1 + discount)^(t/4). */
  npv: number;
  /** Sum of positive quarterly flows / sum of negative ones, four decimals; null when nothing is paid in net. */
  moic: number | null;
  /** First quarter from which the running total of flows stays non-negative; null when there is none. */
  paybackQuarter: string | null;
}

/** Indices of quarters, t = 0 is the first quarter of the model. */
export interface Timeline {
  dealQuarter: string;
  readinessQuarter: string;
  deal: number;
  /** R. */
  readiness: number;
  /** S. */
  rentStart: number;
  /** F. */
  fitOut: number;
  /** T. */
  last: number;
  /** Q; null without a resale strategy. */
  resale: number | null;
}

/** What was computed from: the request with everything resolved. */
export interface FinanceInputs {
  area: number;
  pricePerM2: number;
  fitOut: FitOutState;
  class: PremisesClass | null;
  station: string | null;
  walkMeters: number | null;
  monthlyRent: number | null;
  /** ₽/m² a year at today's prices. */
  annualRentPerM2: number;
  /** ₽/m² at today's prices; null without a resale strategy. */
  salePricePerM2: number | null;
  /** ₽/m²; null when unknown (no property tax). */
  averageCadastralValue: number | null;
  payments: { quarter: string; percent: number }[];
  vatPercent: number;
  discountPercent: number;
}

/** The investment model: answer of `POST /api/v1/finance-models`. Plain JSON; the same request and context give the same bytes. */
export interface FinanceModelResult extends StrategyMetrics {
  model: FinanceModel;
  /** Exact roubles. */
  roubles: ResultAmounts;
  /** The same, million roubles, one decimal. */
  millions: ResultAmounts;
  /** Hold strategy. */
  rentIrr: Irr;
  /** Resale strategy; null when it does not apply. */
  saleIrr: Irr | null;
  /** Metrics of the resale strategy; `npv`, `moic` and `paybackQuarter` of the result itself are the hold strategy's. */
  resaleMetrics: StrategyMetrics | null;
  quarters: QuarterRow[];
  years: YearRow[];
  sensitivity: SensitivityCell[];
  assumptions: Assumptions;
  /** Russian sentences. */
  warnings: string[];
  inputs: FinanceInputs;
  timeline: Timeline;
}
