import type { Assumptions } from './assumptions.js';

export const FINANCE_MODELS = ['office-ready', 'office-construction', 'retail-ready', 'retail-construction'] as const;
export type FinanceModel = (typeof FINANCE_MODELS)[number];

export const PREMISES_CLASSES = ['A', 'B+', 'B', 'C'] as const;
export type PremisesClass = (typeof PREMISES_CLASSES)[number];

export const FIT_OUTS = ['shell', 'partial', 'ready'] as const;
export type FitOutState = (typeof FIT_OUTS)[number];

/** Body of `POST /api/v1/finance-models` and payload of the calculator job. Roubles, m², metres, percents. */
export interface FinanceModelRequest {
  model: FinanceModel;
  /** m². */
  area: number;
  /** Purchase price, ₽/m². */
  pricePerM2: number;
  fitOut: FitOutState;
  /** Office: required. */
  class?: PremisesClass;
  /** Office: required; retail: only for the cadastral value. */
  station?: string;
  /** Office: required, metres on foot. */
  walkMeters?: number;
  /** Retail: required. МАП, ₽ a month for the whole lot, at today's prices. */
  monthlyRent?: number;
  /** Retail under construction: resale price, ₽/m² at today's prices. Without it there is no resale strategy. */
  priceAtCompletion?: number;
  /** ₽/m²; takes precedence over the station's. */
  averageCadastralValue?: number;
  /** `YYYY-Qn`; the current quarter when absent. */
  dealQuarter?: string;
  /** Under construction: quarter of commissioning `YYYY-Qn`. Ready: absent or `ready`. */
  readiness?: string;
  /** Quarter → % of the price, `now` = the deal quarter; must total exactly 100. The whole price in the deal quarter when absent. */
  payments?: Record<string, number>;
  vatPercent: number;
  /** % a year for NPV. */
  discountPercent?: number;
  assumptions?: Partial<Assumptions>;
}

/** What the model takes from elsewhere: the clock and the valuation by coefficients (see `resolveFinanceContext`). */
export interface FinanceContext {
  now: Date;
  /** Official name of the request's station, shown instead of the client's spelling. */
  station?: string;
  /** Office: §3 valuation with deal = rent, ₽/m² a year. */
  annualRentPerM2?: number;
  /** Office under construction: §3 valuation with deal = sale, ₽/m². */
  salePricePerM2AtCompletion?: number;
  /** The station's, ₽/m². */
  averageCadastralValue?: number;
  /** Russian remarks of the valuation, passed through to `warnings`. */
  warnings?: readonly string[];
}

export function isOffice(model: FinanceModel): boolean {
  return model === 'office-ready' || model === 'office-construction';
}

export function isUnderConstruction(model: FinanceModel): boolean {
  return model === 'office-construction' || model === 'retail-construction';
}
