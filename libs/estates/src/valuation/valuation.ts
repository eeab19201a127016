import type { AnalogSnapshot } from '../analogs/analog-snapshot.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { AdjustmentTable } from './adjustments.js';
import { type AnalogValuation, valueByAnalogs } from './by-analogs.js';
import { CoefficientTables, type CoefficientValuation, valueByCoefficients } from './by-coefficients.js';
import type { ValuationRequest } from './valuation-request.js';

/** Result of `POST /api/v1/valuations`. */
export interface ValuationResult {
  byCoefficients: CoefficientValuation;
  byAnalogs: AnalogValuation;
  snapshotVersion: string;
}

/**
 * Both valuations of one subject. Throws UnknownStationError, AmbiguousStationError, `OUT_OF_BANDS` and `INVALID_REQUEST`;
 * too few analogs is an answer (`refused`), not an error.
 */
export async function runValuation(
  sources: {
    catalogue: Pick<Catalogue, 'stations' | 'squareCoeffs' | 'wayToSubwayCoeffs' | 'lots'>;
    snapshot: AnalogSnapshot;
    /** Of the comparative approach; the defaults when absent. */
    adjustments?: AdjustmentTable;
  },
  request: ValuationRequest,
): Promise<ValuationResult> {
  const { catalogue, snapshot } = sources;
  const tables = await CoefficientTables.load(catalogue);
  const byCoefficients = valueByCoefficients(tables, request);
  const snapshotVersion = snapshot.version;
  const byAnalogs = await valueByAnalogs({ catalogue, snapshot, tables }, request, sources.adjustments);
  return { byCoefficients, byAnalogs, snapshotVersion };
}
