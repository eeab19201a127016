import { Module } from '@nestjs/common';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { ConfigError, PlatformModule } from '#libs/platform';
import { ChatConnectorModule } from './chat-connector.module.js';
import { crmSettings, missingVariables, openCrm } from './crm-access.js';

@Module({})
class ChatConnectorProcess {}

await runProcess('chat-connector', async (platform) => {
  const { config, pool, files, metrics, logger } = platform;
  const settings = crmSettings(config);
  if (!settings) throw new ConfigError(missingVariables(config).map((variable) => ({ variable, allowed: 'a value' })));
  const host = new ChatsHost(platform, await openQueues(platform), { crm: true });
  const connector = ChatConnectorModule.register({
    crm: openCrm(platform, settings),
    pool,
    chats: host.chats.store,
    outbox: host.chats.outbox,
    files,
    metrics,
    logger,
    previous: {
      channelSecret: config.amocrm.channelSecretPrevious,
      hookToken: config.amocrm.hookTokenPrevious,
    },
    hookToken: config.amocrm.hookToken,
  });
  await host.start();
  const imports = [PlatformModule.forRoot(platform), connector];
  const address = await serveHttp(platform, { module: ChatConnectorProcess, imports });
  logger.info({ listening: address }, 'chat-connector is ready');
});
