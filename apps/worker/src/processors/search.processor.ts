import type { JsonValue } from '#libs/chats';
import { type Catalogue, EstatesError, type SearchRequest } from '#libs/estates';
import type { JobProcessor } from '#libs/queues';
import { estatesRefusal } from './estates-refusal.js';

/** Finds lots by hard filters, with relaxations when there are none: the database does it. */
export function searchProcessor(catalogue: Pick<Catalogue, 'search'>): JobProcessor {
  return async (payload) => {
    try {
      return (await catalogue.search(payload as unknown as SearchRequest)) as unknown as JsonValue;
    } catch (error) {
      throw error instanceof EstatesError ? estatesRefusal(error) : error;
    }
  };
}
