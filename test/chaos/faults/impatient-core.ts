// A core of the product whose leases are so short that a frozen one loses its chats within a test: the same parts as apps/core.
import { createPostgresCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { openCore } from '../../../apps/core/src/index.js';

await runProcess('core', async (platform) => {
  const host = new ChatsHost(platform, await openQueues(platform), {
    crm: false,
    settings: { leaseMs: 3_000, sendLeaseMs: 32_000 },
  });
  await openCore(platform, host, createPostgresCatalogue(platform.pool));
  await host.start();
  await serveHttp(platform, PlatformModule.forRoot(platform));
});
