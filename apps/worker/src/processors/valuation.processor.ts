import type { JsonValue } from '#libs/chats';
import { type Catalogue, CoefficientTables, type ValuationRequest, valueByCoefficients } from '#libs/estates';
import type { JobProcessor } from '#libs/queues';
import { refusing } from './search.processor.js';

/** Values premises by coefficients and by analogs. */
export function valuationProcessor(catalogue: Catalogue): JobProcessor {
  return async (payload) => {
    const request = payload as unknown as ValuationRequest;
    const result = await refusing(async () => ({
      byCoefficients: valueByCoefficients(await CoefficientTables.load(catalogue), request),
      byAnalogs: { refused: 'поиск аналогов ещё не подключён' },
    }));
    return result as unknown as JsonValue;
  };
}
