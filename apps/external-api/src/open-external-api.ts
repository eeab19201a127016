import type { DynamicModule } from '@nestjs/common';
import type { ChatStore } from '#libs/chats';
import { GuardedFetch, keptSecret, type OpenedPlatform, RateLimiter, RedisBuckets } from '#libs/platform';
import { type JobQueue, JobResults } from '#libs/queues';
import { ExternalApiModule } from './external-api.module.js';
import { QueuedJobs } from './services/queued-jobs.js';

/** Opens the API of a process over what it has opened already; closed with it. */
export async function openExternalApi(
  platform: OpenedPlatform,
  chats: ChatStore,
  jobs: JobQueue,
): Promise<DynamicModule> {
  const { config, pool, files, links, logger, metrics } = platform;
  return ExternalApiModule.register({
    chats,
    pool,
    files,
    links,
    logger,
    metrics,
    limiter: await openRateLimiter(platform),
    guarded: new GuardedFetch({ allowedNetworks: config.outboundAllowedNetworks }),
    visitorSecret: config.visitorSecret ?? keptSecret(config.dataDir, 'visitors'),
    visitorSecretPrevious: config.visitorSecretPrevious,
    webhooks: config.webhooks,
    production: config.environment === 'production',
    jobs: new QueuedJobs(jobs, new JobResults(pool)),
  });
}

/** Rate limits of all processes together when there is a Redis, else of this process. */
async function openRateLimiter({ config, logger, metrics, shutdown }: OpenedPlatform): Promise<RateLimiter> {
  const { redisUrl } = config.queues;
  if (!redisUrl) return new RateLimiter({ metrics });
  const shared = await RedisBuckets.open(redisUrl, (error) =>
    logger.warn({ err: error }, 'Redis does not answer: rate limits are counted by this process alone'),
  );
  shutdown.add('rate limits', () => shared.close());
  return new RateLimiter({ shared, metrics });
}
