import { createPostgresCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { openWorker } from './worker.js';

await runProcess('worker', async (platform) => {
  const { config, logger, pool } = platform;
  const backend = await openQueues(platform);
  const host = new ChatsHost(platform, backend, { crm: config.amocrm.enabled });
  await host.start();
  const queues = config.queues.served;
  await openWorker({ platform, backend, chats: host.chats.store, catalogue: createPostgresCatalogue(pool), queues });
  const address = await serveHttp(platform, PlatformModule.forRoot(platform));
  logger.info({ listening: address, queues }, 'worker is ready');
});
