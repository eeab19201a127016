import path from 'node:path';
import { Module } from '@nestjs/common';
import { openCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, runProcess, serveHttp } from '#libs/hosting';
import { type OpenedPlatform, PlatformModule } from '#libs/platform';
import { JobQueue, mountQueueBoard } from '#libs/queues';
import { openCore, seed } from '../../core/src/index.js';
import { openExternalApi, setupOpenApi } from '../../external-api/src/index.js';
import { openScheduler } from '../../scheduler/src/index.js';
import { TelegramBotModule } from '../../telegram-bot/src/index.js';
import { openWorker } from '../../worker/src/index.js';
import { managerSideOf, openManagerSide } from './manager-side.js';

/** Root of the checkout: the demo data lies beside apps/ and dist/. */
const DATA = path.resolve(
  import.meta.dirname,
  import.meta.dirname.includes(`${path.sep}dist${path.sep}`) ? '../../../..' : '../../..',
  'data',
);

@Module({})
class AllInOneModule {}

/** Everything on one machine: what `npm start` runs. The first start fills the catalogue and the knowledge from data/. */
async function start(platform: OpenedPlatform): Promise<void> {
  const { config, logger, pool, files, shutdown } = platform;
  const backend = await openQueues(platform);
  const store = await openCatalogue(platform);
  await seed(store, pool, logger, DATA);
  const { catalogue } = store;
  const managers = managerSideOf(platform);
  const host = new ChatsHost(platform, backend, { crm: managers !== 'none', alone: !config.database.url });
  host.serveReaders();
  const managerSide = await openManagerSide(managers, platform, host);
  await openCore(platform, host, catalogue);
  await openWorker({
    platform,
    backend,
    chats: host.chats.store,
    catalogue,
    queues: config.queues.served,
    // The rest of the product does not wait for lots and models.
    readiness: 'optional',
  });
  const jobs = new JobQueue(backend);
  shutdown.add('API job queues', () => jobs.close());
  const { telegram } = config;
  const modules = [
    PlatformModule.forRoot(platform),
    await openExternalApi(platform, host.chats.store, jobs),
    ...(telegram.botToken
      ? [
          TelegramBotModule.register({
            telegram: { ...telegram, token: telegram.botToken },
            pool,
            chats: host.chats.store,
            presence: host.chats.presence,
            outbox: host.chats.outbox,
            files,
            logger,
          }),
        ]
      : []),
    ...managerSide.modules,
  ];
  await host.start();
  openScheduler(platform, host.chats.store, { crm: managers !== 'none' });
  const address = await serveHttp(platform, { module: AllInOneModule, imports: modules }, async (app) => {
    setupOpenApi(app);
    await mountQueueBoard(app, jobs.all(), config.operatorKey);
  });
  await managerSide.connect(address);
  process.stdout.write(`WeWall AI is ready: ${address}\n`);
  if (managers === 'demo') process.stdout.write(`A manager's side to try: ${address}/demo/manager\n`);
}

await runProcess('all-in-one', start);
