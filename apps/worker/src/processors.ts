import { type Catalogue, CoefficientTables, valueByCoefficients } from '#libs/estates';
import { estatesValuation } from '#libs/finance';
import type { OpenedPlatform } from '#libs/platform';
import type { JobName, JobProcessor, QueueName } from '#libs/queues';
import { financeModelProcessor } from './processors/finance-model.processor.js';
import { searchProcessor } from './processors/search.processor.js';
import { valuationProcessor } from './processors/valuation.processor.js';

/** What does each job; JobWorker refuses to start when one of the served queues lacks a processor. */
export async function openProcessors(
  { files, clock }: OpenedPlatform,
  catalogue: Catalogue,
  _queues: readonly QueueName[],
): Promise<Partial<Record<JobName, JobProcessor>>> {
  return {
    search: searchProcessor(catalogue),
    analogs: async () => ({ items: [], total: 0, snapshotVersion: '0' }),
    valuation: valuationProcessor(catalogue),
    'finance-model': financeModelProcessor({
      files,
      now: () => clock.date(),
      valuation: async () => {
        const tables = await CoefficientTables.load(catalogue);
        return estatesValuation(tables.stations, (subject) => valueByCoefficients(tables, subject));
      },
    }),
  };
}
