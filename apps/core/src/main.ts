import { openCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { openCore } from './core.js';

await runProcess('core', async (platform) => {
  const host = new ChatsHost(platform, await openQueues(platform), { crm: platform.config.amocrm.enabled });
  const { catalogue } = await openCatalogue(platform);
  await openCore(platform, host, catalogue);
  await host.start();
  const address = await serveHttp(platform, PlatformModule.forRoot(platform));
  platform.logger.info({ listening: address }, 'core is ready');
});
