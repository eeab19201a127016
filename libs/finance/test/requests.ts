import type { FinanceContext, FinanceModelRequest } from '../src/index.js';

/** 2026-Q4 in Moscow. */
export const NOW = new Date('2026-11-21T09:00:00Z');

export const OFFICE_CONTEXT: FinanceContext = {
  now: NOW,
  annualRentPerM2: 36_000.55,
  salePricePerM2AtCompletion: 450_000,
  averageCadastralValue: 120_000,
};

export const OFFICE_CONSTRUCTION: FinanceModelRequest = {
  model: 'office-construction',
  area: 123.45,
  pricePerM2: 312_345.67,
  fitOut: 'shell',
  class: 'A',
  station: 'Белорусская',
  walkMeters: 300,
  readiness: '2028-Q3',
  payments: { '2026-Q4': 33.33, '2027-Q1': 33.33, '2027-Q3': 33.34 },
  vatPercent: 5,
  discountPercent: 15,
};

export const OFFICE_READY: FinanceModelRequest = {
  model: 'office-ready',
  area: 100,
  pricePerM2: 300_000,
  fitOut: 'partial',
  class: 'B+',
  station: 'Белорусская',
  walkMeters: 300,
  dealQuarter: '2027-Q1',
  vatPercent: 0,
};

export const RETAIL_READY: FinanceModelRequest = {
  model: 'retail-ready',
  area: 100,
  pricePerM2: 500_000,
  fitOut: 'ready',
  monthlyRent: 500_000,
  dealQuarter: '2027-Q1',
  vatPercent: 5,
  discountPercent: 10,
};

export const RETAIL_CONSTRUCTION: FinanceModelRequest = {
  model: 'retail-construction',
  area: 80,
  pricePerM2: 400_000,
  fitOut: 'shell',
  monthlyRent: 300_000,
  priceAtCompletion: 600_000,
  averageCadastralValue: 100_000,
  dealQuarter: '2027-Q1',
  readiness: '2027-Q4',
  payments: { '2027-Q1': 50, '2027-Q4': 50 },
  vatPercent: 7,
  discountPercent: 12,
};
