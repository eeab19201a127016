import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import type { ChatSettings, Chats } from '#libs/chats';
import { type Crm, setUpAccount } from '#libs/crm';
import { createPostgresCatalogue, PostgresStore, seedCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, serveHttp } from '#libs/hosting';
import { loadConfig, type OpenedPlatform, openPlatform, PlatformModule } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, freePort, TelegramSimulator } from '#libs/testing';
import { ChatConnectorModule, crmSettings, openCrm } from '../../apps/chat-connector/src/index.js';
import { openCore } from '../../apps/core/src/index.js';
import { TelegramBotModule } from '../../apps/telegram-bot/src/index.js';

@Module({})
class StandModule {}

const HOOK_TOKEN = 'hook-token-of-the-stand';

/** The real apps around a simulated Telegram and a simulated amoCRM, in one process on a database of their own. */
export interface AmoCrmStand {
  amocrm: AmoCrmSimulator;
  telegram: TelegramSimulator;
  platform: OpenedPlatform;
  chats: Chats;
  crm: Crm;
  url: string;
  /** The simulator's chat of a Telegram client. */
  twin(clientId: number): NonNullable<ReturnType<AmoCrmSimulator['state']['chatByConversation']>>;
  stop(): Promise<void>;
}

export interface AmoCrmStandOptions {
  env?: Record<string, string>;
  /** Times no test can wait for. */
  settings?: Partial<ChatSettings>;
}

export async function startAmoCrmStand(serverUrl: string, options: AmoCrmStandOptions = {}): Promise<AmoCrmStand> {
  const database = await createTestDatabase(serverUrl);
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-amocrm-'));
  const amocrm = new AmoCrmSimulator();
  const amocrmUrl = await amocrm.start();
  const telegram = await TelegramSimulator.start();
  const port = await freePort();
  const platform = await openPlatform(
    loadConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PORT: String(port),
      WEWALL_DATA_DIR: folder,
      DATABASE_URL: database.url,
      QUIET_WINDOW_MS: '50',
      QUIET_WINDOW_MAX_MS: '150',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      AMOCRM_BASE_URL: amocrmUrl,
      AMOCRM_CHATS_BASE_URL: amocrmUrl,
      AMOCRM_TOKEN: amocrm.credentials.longLivedToken,
      AMOCRM_CHANNEL_ID: amocrm.state.channel.id,
      AMOCRM_CHANNEL_SECRET: amocrm.state.channel.secret,
      AMOCRM_CHANNEL_BOT_ID: amocrm.state.channel.botId,
      AMOCRM_HOOK_TOKEN: HOOK_TOKEN,
      ...options.env,
    }),
    'e2e',
  );
  const { config, pool, files, metrics, logger } = platform;
  const settings = crmSettings(config);
  if (!settings) throw new Error('the stand did not configure amoCRM');
  const crm = openCrm(platform, settings);
  const crmHookUrl = `http://127.0.0.1:${port}/webhooks/amocrm/${HOOK_TOKEN}`;
  await setUpAccount(
    { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
    { title: 'WeWall AI', sourceExternalId: 'wewall_bot', crmHookUrl },
  );
  amocrm.hooks.chatHookUrl = `http://127.0.0.1:${port}/location/:scope_id`;
  await seedCatalogue(new PostgresStore(pool), path.resolve(import.meta.dirname, '../../data'));
  const host = new ChatsHost(platform, await openQueues(platform), {
    crm: true,
    ...(options.settings ? { settings: options.settings } : {}),
  });
  const { chats } = host;
  await openCore(platform, host, createPostgresCatalogue(pool));
  const shared = { pool, chats: chats.store, outbox: chats.outbox, files, logger };
  const imports = [
    PlatformModule.forRoot(platform),
    TelegramBotModule.register({
      ...shared,
      presence: chats.presence,
      telegram: { ...config.telegram, token: telegram.token },
    }),
    ChatConnectorModule.register({
      ...shared,
      presence: chats.presence,
      habits: config.amocrm,
      crm,
      metrics,
      hookToken: HOOK_TOKEN,
    }),
  ];
  await host.start();
  const url = await serveHttp(platform, { module: StandModule, imports });
  return {
    amocrm,
    telegram,
    platform,
    chats,
    crm,
    url,
    twin(clientId) {
      const twin = amocrm.state.chatByConversation(`telegram:${clientId}`);
      if (!twin) throw new Error(`amoCRM has no chat of client ${clientId}`);
      return twin;
    },
    async stop() {
      await platform.shutdown.run();
      await amocrm.stop();
      await telegram.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for something to become true, at most `limitMs`. */
export async function until(what: string, check: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting until ${what}`);
    await sleep(20);
  }
}
