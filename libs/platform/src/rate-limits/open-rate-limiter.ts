import type { Logger } from '../logging.js';
import type { Metrics } from '../metrics.js';
import type { Shutdown } from '../shutdown.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisBuckets } from './redis-buckets.js';

export interface RateLimiterParts {
  logger: Logger;
  metrics: Metrics;
  shutdown: Shutdown;
  /** Absent: this process counts alone. */
  redisUrl: string | undefined;
}

/** The rate limits of a process: counted together with the others over Redis when there is one. Closed by `shutdown`. */
export async function openRateLimiter({ logger, metrics, shutdown, redisUrl }: RateLimiterParts): Promise<RateLimiter> {
  if (!redisUrl) return new RateLimiter({ metrics });
  const shared = await RedisBuckets.open(redisUrl, (error) =>
    logger.warn({ err: error }, 'Redis does not answer: rate limits are counted by this process alone'),
  );
  shutdown.add('rate limits', () => shared.close());
  return new RateLimiter({ shared, metrics });
}
