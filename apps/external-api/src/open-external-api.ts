import type { DynamicModule } from '@nestjs/common';
import type { ChatStore } from '#libs/chats';
import { GuardedFetch, keptSecret, type OpenedPlatform } from '#libs/platform';
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
    limiter: await platform.openRateLimiter(),
    guarded: new GuardedFetch({ allowedNetworks: config.outboundAllowedNetworks, ports: config.outboundPorts }),
    visitorSecret: config.visitorSecret ?? keptSecret(config.dataDir, 'visitors'),
    visitorSecretPrevious: config.visitorSecretPrevious,
    webhooks: config.webhooks,
    production: config.environment === 'production',
    jobs: new QueuedJobs(jobs, new JobResults(pool)),
  });
}
