import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { keptSecret, PlatformModule } from '#libs/platform';
import { JobQueue, JobResults } from '#libs/queues';
import { ExternalApiModule } from './external-api.module.js';
import { setupOpenApi } from './http/openapi.js';
import { QueuedJobs } from './services/queued-jobs.js';

await runProcess('external-api', async (platform) => {
  const { config, pool, files, links, logger, shutdown } = platform;
  const backend = await openQueues(platform);
  const host = new ChatsHost(platform, backend, { crm: Boolean(config.amocrm.baseUrl) });
  host.serveReaders();
  const jobs = new JobQueue(backend);
  shutdown.add('job queues', () => jobs.close());
  const api = ExternalApiModule.register({
    chats: host.chats.store,
    pool,
    files,
    links,
    logger,
    visitorSecret: config.visitorSecret ?? keptSecret(config.dataDir, 'visitors'),
    production: config.environment === 'production',
    jobs: new QueuedJobs(jobs, new JobResults(pool)),
  });
  await host.start();
  const address = await serveHttp(
    platform,
    { module: class ApiProcess {}, imports: [PlatformModule.forRoot(platform), api] },
    setupOpenApi,
  );
  logger.info({ listening: address }, 'external-api is ready');
});
