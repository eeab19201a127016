import { derivedId } from '#libs/platform';
import type { JobName, JobProcessor } from '#libs/queues';
import { canonicalJson } from './canonical-json.js';
import type { ResultCache } from './result-cache.js';

/**
 * Answers identical requests from the cache as long as the version of the data is the same; null = not known yet, always
 * computed.
 */
export function cachedProcessor(
  cache: ResultCache,
  name: JobName,
  version: () => string | null,
  processor: JobProcessor,
): JobProcessor {
  return (payload, context) => {
    const current = version();
    if (current === null) return processor(payload, context);
    const files = context.files ? [...context.files].sort().join(',') : 'all';
    const key = derivedId('answer', name, current, files, canonicalJson(payload));
    return cache.answer(
      key,
      () => processor(payload, context),
      () => version() === current,
    );
  };
}
