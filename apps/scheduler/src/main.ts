import { ChatsHost, openWakeUps, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { openScheduler } from './open-scheduler.js';

await runProcess('scheduler', async (platform) => {
  const crm = platform.config.amocrm.enabled;
  const host = new ChatsHost(platform, openWakeUps(platform), { crm });
  await host.start();
  openScheduler(platform, host.chats.store, { crm });
  const address = await serveHttp(platform, PlatformModule.forRoot(platform));
  platform.logger.info({ listening: address }, 'scheduler is ready');
});
