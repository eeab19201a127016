// A core process of the product for the chaos test: the same parts as apps/core over DATABASE_URL, with a lease so short that
// a killed or stopped process loses its chats within the test.
import { createPostgresCatalogue } from '#libs/estates';
import { ChatsHost, openQueues } from '#libs/hosting';
import { loadConfig, openPlatform } from '#libs/platform';
import { openCore } from '../../apps/core/src/index.js';

const platform = await openPlatform(loadConfig(), 'core');
const host = new ChatsHost(platform, await openQueues(platform), {
  crm: false,
  settings: { leaseMs: 1_500, sweepMs: 200, backoffMs: 50, concurrency: 8 },
});
await openCore(platform, host, createPostgresCatalogue(platform.pool));
await host.start();
process.send?.('ready');
