import { performance } from 'node:perf_hooks';
import {
  cashFlow,
  type FinanceContext,
  type FinanceModelRequest,
  type FinanceModelResult,
  planOf,
  rateOfReturn,
  renderChartPng,
  renderPdf,
  renderXlsx,
  runFinanceModel,
} from '#libs/finance';
import type { Bench } from './report.js';

const CONTEXT: FinanceContext = {
  now: new Date('2026-11-21T09:00:00Z'),
  annualRentPerM2: 36_000,
  salePricePerM2AtCompletion: 450_000,
  averageCadastralValue: 120_000,
};

const BASE: FinanceModelRequest = {
  model: 'office-construction',
  area: 100,
  pricePerM2: 310_000,
  fitOut: 'shell',
  class: 'A',
  station: 'Белорусская',
  walkMeters: 300,
  dealQuarter: '2027-Q1',
  readiness: '2028-Q3',
  payments: { '2027-Q1': 30, '2027-Q4': 30, '2028-Q3': 40 },
  vatPercent: 5,
  discountPercent: 15,
};

/** Requests differ from sample to sample, so that nothing can be answered from an earlier one. */
function request(i: number): FinanceModelRequest {
  return { ...BASE, area: 50 + (i % 400) / 2, pricePerM2: 250_000 + i * 37.5 };
}

function flowsOf(result: FinanceModelResult): number[] {
  return result.quarters.map((row) => Math.round(row.hold.flow * 100));
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

async function sample(n: number, warmUp: number, work: (i: number) => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let i = -warmUp; i < n; i++) {
    const start = performance.now();
    await work(i + warmUp);
    if (i >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

/**
 * The calculator, one thread: the exact cash flow of both strategies over 30 quarters, the same with the IRR, the IRR alone, the whole
 * result (validation, IRR, NPV, years and the 3 × 3 sensitivity grid), and the three files of a result. Median and 95th percentile of wall time in milliseconds.
 */
export const run: Bench = async (report) => {
  const results = Array.from({ length: 50 }, (_, i) => runFinanceModel(request(i), CONTEXT));
  const flows = results.map(flowsOf);
  const at = <Item>(items: readonly Item[], i: number): Item => items[i % items.length]!;
  const steps: [metric: string, n: number, warmUp: number, work: (i: number) => unknown][] = [
    ['model', 2_000, 500, (i) => cashFlow(planOf(request(i), CONTEXT))],
    ['model + irr', 2_000, 500, (i) => rateOfReturn(cashFlow(planOf(request(i), CONTEXT)).hold.map((row) => row.flow))],
    ['irr', 2_000, 500, (i) => rateOfReturn(at(flows, i))],
    ['whole result', 500, 100, (i) => runFinanceModel(request(i), CONTEXT)],
    ['xlsx', 40, 5, (i) => renderXlsx(at(results, i))],
    ['pdf', 25, 3, (i) => renderPdf(at(results, i))],
    ['png', 30, 3, (i) => renderChartPng(at(results, i))],
  ];
  for (const [name, n, warmUp, work] of steps) {
    const times = await sample(n, warmUp, work);
    report.add(`${name} p50`, percentile(times, 0.5), 'ms', n);
    report.add(`${name} p95`, percentile(times, 0.95), 'ms', n);
  }
};
