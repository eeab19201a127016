// `npm run data:seed -- --from DIR`: migrations, the catalogue when there is none, the knowledge, and the rights of the role of
// RUNTIME_DATABASE_URL when there is one. Run once before the processes, as the owner of the tables.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCatalogue } from '#libs/estates';
import { openQueues } from '#libs/hosting';
import { loadConfig, openPlatform, openRuntimeAddress } from '#libs/platform';
import { seed } from '../seed.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string', default: 'data' } } });
  const platform = await openPlatform(loadConfig(), 'seed');
  const { pool, config, logger } = platform;
  try {
    await seed(await openCatalogue(platform), pool, logger, path.resolve(values.from));
    if (config.database.runtimeUrl) {
      // The tables of queues in PostgreSQL are created here, since the processes will not be able to.
      await openQueues(platform);
      const role = await openRuntimeAddress(pool, config.database.runtimeUrl);
      console.log(`${role} may read and write rows, and nothing else`);
    }
    console.log('the database is ready');
  } finally {
    await platform.shutdown.run();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
