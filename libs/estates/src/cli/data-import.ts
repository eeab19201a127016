import path from 'node:path';
import { parseArgs } from 'node:util';
import { createPool, DataDirectoryInUseError, loadConfig, migrate, startEmbeddedPostgres } from '#libs/platform';
import { PostgresStore } from '../catalogue/postgres-store.js';
import { EstatesError } from '../errors.js';
import type { ImportProgress } from '../importer/collection-file.js';
import { importCatalogue } from '../importer/import-catalogue.js';

const USAGE = 'usage: npm run data:import -- --store postgres|mongo --from DIR';
const BAR_WIDTH = 30;

function showProgress({ collection, records, bytes, totalBytes }: ImportProgress): void {
  const part = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const bar = '█'.repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
  process.stderr.write(
    `\r${collection.padEnd(20)} ${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${records} records`,
  );
  if (part === 1) process.stderr.write('\n');
}

/** The database of the configuration: DATABASE_URL or the embedded server, started for the time of the import. */
async function openDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const config = loadConfig();
  if (config.database.url) return { url: config.database.url, close: async () => {} };
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir });
  return { url: server.url, close: () => server.stop() };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { store: { type: 'string', default: 'postgres' }, from: { type: 'string' } },
  });
  if (!values.from || !['postgres', 'mongo'].includes(values.store)) {
    console.error(USAGE);
    return 2;
  }
  if (values.store === 'mongo') {
    console.error('the MongoDB store is not available yet: import into postgres (--store postgres)');
    return 1;
  }
  const database = await openDatabase();
  const pool = createPool({ url: database.url, max: 2, app: 'wewall-data-import' });
  try {
    await migrate(pool);
    const started = Date.now();
    const summary = await importCatalogue(new PostgresStore(pool), path.resolve(values.from), {
      ...(process.stderr.isTTY && { onProgress: showProgress }),
      onStoring: (collection) => console.error(`${collection}: everything is read and sound, storing`),
    });
    for (const [collection, records] of Object.entries(summary)) console.log(`${collection}: ${records} records`);
    console.log(`imported in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof EstatesError)) throw error;
    console.error(error.message);
    console.error('nothing was imported');
    return 1;
  } finally {
    await pool.end();
    await database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DataDirectoryInUseError)) throw error;
  console.error(`${error.message}; stop that process first, or set DATABASE_URL`);
  process.exitCode = 1;
}
