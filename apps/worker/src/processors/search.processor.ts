import type { JsonValue } from '#libs/chats';
import { type Catalogue, EstatesError, type SearchRequest } from '#libs/estates';
import { type JobProcessor, JobRefusal } from '#libs/queues';

/** Finds lots by hard filters, with relaxations when there are none. */
export function searchProcessor(catalogue: Catalogue): JobProcessor {
  return async (payload) => {
    const result = await refusing(() => catalogue.search(payload as unknown as SearchRequest));
    return result as unknown as JsonValue;
  };
}

/** What the catalogue refuses is an answer for the client, not a failure of the job. */
export async function refusing<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EstatesError) throw new JobRefusal(error.code, error.message);
    throw error;
  }
}
