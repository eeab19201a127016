// `npm run data:seed -- --from DIR`: migrations, the catalogue when there is none, the knowledge. Run once before the processes.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCatalogue } from '#libs/estates';
import { loadConfig, openPlatform } from '#libs/platform';
import { seed } from '../seed.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string', default: 'data' } } });
  const platform = await openPlatform(loadConfig(), 'seed');
  try {
    await seed(await openCatalogue(platform), platform.pool, platform.logger, path.resolve(values.from));
    console.log('the database is ready');
  } finally {
    await platform.shutdown.run();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
