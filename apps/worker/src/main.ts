import { openCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { openWorker } from './worker.js';

await runProcess('worker', async (platform) => {
  const { config, logger } = platform;
  const backend = await openQueues(platform);
  const host = new ChatsHost(platform, backend, { crm: config.amocrm.enabled });
  await host.start();
  const queues = config.queues.served;
  const { catalogue } = await openCatalogue(platform);
  await openWorker({ platform, backend, chats: host.chats.store, catalogue, queues });
  const address = await serveHttp(platform, PlatformModule.forRoot(platform));
  logger.info({ listening: address, queues }, 'worker is ready');
});
