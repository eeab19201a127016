import { ChatsHost, openWakeUps, runProcess, serveHttp } from '#libs/hosting';
import { PlatformModule } from '#libs/platform';
import { TelegramBotModule } from './telegram-bot.module.js';
import { TelegramSetupError } from './telegram-connection.js';

await runProcess('telegram-bot', async (platform) => {
  const { config, pool, files, logger } = platform;
  const { botToken, ...telegram } = config.telegram;
  if (!botToken) throw new TelegramSetupError('set TELEGRAM_BOT_TOKEN: take the token from @BotFather');
  const host = new ChatsHost(platform, openWakeUps(platform), { crm: config.amocrm.enabled });
  const bot = TelegramBotModule.register({
    telegram: { ...telegram, token: botToken },
    pool,
    chats: host.chats.store,
    presence: host.chats.presence,
    outbox: host.chats.outbox,
    files,
    logger,
  });
  await host.start();
  const address = await serveHttp(platform, {
    module: class BotProcess {},
    imports: [PlatformModule.forRoot(platform), bot],
  });
  logger.info({ listening: address }, 'telegram-bot is ready');
});
