// A connector and core of the product for the chaos test: turns that echo, the mirror, the hooks; leases so short that what a
// killed process held is free again within the test.
import { Module } from '@nestjs/common';
import { createChats, type Effect } from '#libs/chats';
import { createCrm } from '#libs/crm';
import { serveHttp } from '#libs/hosting';
import { loadConfig, openPlatform, PlatformModule } from '#libs/platform';
import { ChatConnectorModule, crmSettings } from '../../apps/chat-connector/src/index.js';

@Module({})
class ChaosModule {}

const platform = await openPlatform(loadConfig(), 'chaos');
const { config, pool, files, metrics, logger } = platform;
const settings = crmSettings(config);
if (!settings) throw new Error('amoCRM is not configured');
// Where nothing is killed the product's own patience is measured.
const isHurried = process.env.PATIENCE !== 'product';
const chats = createChats(pool, {
  quietMs: 0,
  quietMaxMs: 0,
  crm: true,
  ...(isHurried ? { leaseMs: 1_500, sendLeaseMs: 4_500, sweepMs: 100 } : {}),
});
const runner = await chats.createRunner({
  async run({ events, owner }) {
    const texts = owner === 'bot' ? events.flatMap((event) => (event.kind === 'client' ? [event.text ?? ''] : [])) : [];
    const effects = texts.map((text): Effect => ({ type: 'reply', message: { text: `ответ: ${text}` } }));
    return { effects, view: { scenario: null, step: null, slots: {} } };
  },
  apology: () => ({ text: 'Ошибка' }),
});
const crm = createCrm(pool, settings, {
  sign: (fileId) => fileId,
  ...(isHurried ? { timeoutMs: 1_000, attemptMs: 2_000, pauses: { noAnswerMs: 100 } } : {}),
});
const connector = ChatConnectorModule.register({
  crm,
  pool,
  chats: chats.store,
  presence: chats.presence,
  habits: config.amocrm,
  outbox: chats.outbox,
  files,
  metrics,
  logger,
});
runner.start();
chats.outbox.start();
await serveHttp(platform, { module: ChaosModule, imports: [PlatformModule.forRoot(platform), connector] });
process.send?.('ready');
process.on('disconnect', () => process.exit(0));
