import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Config,
  createLogger,
  createPool,
  DataDirectoryInUseError,
  loadConfig,
  migrate,
  startEmbeddedPostgres,
} from '#libs/platform';
import type { CatalogueStore } from '../catalogue/catalogue-store.js';
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

interface OpenedStore {
  store: CatalogueStore;
  close(): Promise<void>;
}

/** The database of the configuration: DATABASE_URL or the embedded server, started for the time of the import. */
async function openPostgres(config: Config): Promise<OpenedStore> {
  const server = config.database.url ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const pool = createPool({ url: config.database.url ?? server?.url ?? '', max: 2, app: 'wewall-data-import' });
  await migrate(pool);
  return {
    store: new PostgresStore(pool),
    close: async () => {
      await pool.end();
      await server?.stop();
    },
  };
}

/** The MongoDB of MONGODB_URI, whatever CATALOGUE_STORE says: data is loaded before the processes are switched over. */
async function openMongo({ catalogue, logLevel }: Config): Promise<OpenedStore> {
  if (!catalogue.mongoUri) throw new EstatesError('STORE_NOT_AVAILABLE', '--store mongo needs MONGODB_URI');
  const { MongoStore } = await import('../mongo/mongo-store.js');
  const store = await MongoStore.open(catalogue.mongoUri, createLogger({ level: logLevel, app: 'data-import' }));
  return { store, close: () => store.close() };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { store: { type: 'string', default: 'postgres' }, from: { type: 'string' } },
  });
  if (!values.from || !['postgres', 'mongo'].includes(values.store)) {
    console.error(USAGE);
    return 2;
  }
  let opened: OpenedStore | undefined;
  try {
    const config = loadConfig();
    opened = await (values.store === 'mongo' ? openMongo(config) : openPostgres(config));
    const started = Date.now();
    const summary = await importCatalogue(opened.store, path.resolve(values.from), {
      ...(process.stderr.isTTY && { onProgress: showProgress }),
      onStoring: (collection) => console.error(`${collection}: everything is read and sound, storing`),
    });
    for (const [collection, records] of Object.entries(summary)) console.log(`${collection}: ${records} records`);
    console.log(`imported in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof EstatesError)) throw error;
    console.error(error.message);
    if (error.code === 'INVALID_CATALOGUE') console.error('nothing was imported');
    return 1;
  } finally {
    await opened?.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DataDirectoryInUseError)) throw error;
  console.error(`${error.message}; stop that process first, or set DATABASE_URL`);
  process.exitCode = 1;
}
