import type { JsonValue } from '#libs/chats';
import {
  type AnalogRequest,
  type AnalogSnapshot,
  CoefficientTables,
  EstatesError,
  runAnalogs,
  runValuation,
  type SearchRequest,
  SnapshotBuilder,
  type ValuationRequest,
  valueByCoefficients,
} from '#libs/estates';
import {
  estatesValuation,
  FinanceRequestError,
  resolveFinanceContext,
  runFinanceModel,
  validateFinanceRequest,
} from '#libs/finance';
import type { JobHandler } from './job-handler.js';
import type { MemoryCatalogue } from './memory-catalogue.js';

/** An expected refusal as the worker reports it. */
class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** Jobs done in this process by the same pure functions that the workers call; files are named, not rendered. */
export async function inProcessJobs(catalogue: MemoryCatalogue, now: Date): Promise<Record<string, JobHandler>> {
  const tables = await CoefficientTables.load(catalogue);
  const valuation = estatesValuation(tables.stations, (subject) =>
    valueByCoefficients(tables, { ...subject, area: subject.area }),
  );
  const snapshot = await snapshotOf(catalogue);
  return {
    search: (payload) => refusing(async () => json(await catalogue.search(payload as unknown as SearchRequest))),
    valuation: (payload) =>
      refusing(async () => json(await runValuation({ catalogue, snapshot }, payload as unknown as ValuationRequest))),
    'finance-model': (payload) =>
      refusing(async () => {
        const request = validateFinanceRequest(payload, now);
        const result = runFinanceModel(payload, resolveFinanceContext(request, valuation, now));
        return json({ ...result, attachments: REPORTS });
      }),
    analogs: (payload) =>
      refusing(async () => json(await runAnalogs({ catalogue, snapshot }, payload as unknown as AnalogRequest))),
  };
}

/** The lots of the demo data as the worker's engine holds them. */
async function snapshotOf({ estates }: MemoryCatalogue): Promise<AnalogSnapshot> {
  const builder = new SnapshotBuilder();
  builder.add(estates);
  return builder.build();
}

const REPORTS = [
  { fileId: 'stories-xlsx', name: 'Инвестиционная модель.xlsx', contentType: 'application/vnd.ms-excel', size: 1 },
  { fileId: 'stories-pdf', name: 'Инвестиционная модель.pdf', contentType: 'application/pdf', size: 1 },
];

function json(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

async function refusing(work: () => Promise<JsonValue>): Promise<JsonValue> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EstatesError) throw new Refusal(error.code, error.message);
    if (error instanceof FinanceRequestError)
      throw new Refusal(error.code, error.problems.map(({ detail }) => detail).join(' '));
    throw error;
  }
}
