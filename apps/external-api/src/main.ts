import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { JobQueue } from '#libs/queues';
import { setupOpenApi } from './http/openapi.js';
import { openExternalApi } from './open-external-api.js';

await runProcess('external-api', async (platform) => {
  const { config, logger, shutdown } = platform;
  const backend = await openQueues(platform);
  const host = new ChatsHost(platform, backend, { crm: config.amocrm.enabled });
  host.serveReaders();
  const jobs = new JobQueue(backend);
  shutdown.add('job queues', () => jobs.close());
  const api = await openExternalApi(platform, host.chats.store, jobs);
  await host.start();
  const address = await serveHttp(
    platform,
    { module: class ApiProcess {}, imports: [PlatformModule.forRoot(platform), api] },
    setupOpenApi,
  );
  logger.info({ listening: address }, 'external-api is ready');
});
