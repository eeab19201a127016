import { constants, setPriority } from 'node:os';
import { Module } from '@nestjs/common';
import { ChatsHost, openWakeUps, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { ChatConnectorModule } from './chat-connector.module.js';
import { openCrm, requiredCrmSettings } from './crm-access.js';

// Where it shares a machine with those who answer clients, the mirror comes after them.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

@Module({})
class ChatConnectorProcess {}

await runProcess('chat-connector', async (platform) => {
  const { config, pool, files, metrics, logger } = platform;
  const settings = requiredCrmSettings(config);
  const host = new ChatsHost(platform, openWakeUps(platform), { crm: true });
  const connector = ChatConnectorModule.register({
    crm: openCrm(platform, settings),
    pool,
    chats: host.chats.store,
    presence: host.chats.presence,
    outbox: host.chats.outbox,
    files,
    metrics,
    logger,
    hookToken: config.amocrm.hookToken,
    habits: config.amocrm,
    previous: {
      channelSecret: config.amocrm.channelSecretPrevious,
      hookToken: config.amocrm.hookTokenPrevious,
    },
  });
  await host.start();
  const imports = [PlatformModule.forRoot(platform), connector];
  const address = await serveHttp(platform, { module: ChatConnectorProcess, imports });
  logger.info({ listening: address }, 'chat-connector is ready');
});
