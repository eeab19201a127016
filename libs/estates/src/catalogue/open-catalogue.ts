import type pg from 'pg';
import type { Logger, OpenedPlatform } from '#libs/platform';
import { EstatesError } from '../errors.js';
import type { CatalogueStore } from './catalogue-store.js';
import { PostgresStore } from './postgres-store.js';

/** CATALOGUE_STORE and MONGODB_URI. */
export interface CatalogueSettings {
  store: 'postgres' | 'mongo';
  mongoUri?: string | undefined;
}

/**
 * The store of the settings; the caller closes it. What MongoDB needs is loaded only where it is used. Throws
 * `STORE_NOT_AVAILABLE` when the server does not answer.
 */
export async function openCatalogueStore(
  { store, mongoUri }: CatalogueSettings,
  pool: pg.Pool,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<CatalogueStore> {
  if (store === 'postgres') return new PostgresStore(pool);
  if (!mongoUri) throw new EstatesError('STORE_NOT_AVAILABLE', 'MONGODB_URI is needed for the MongoDB store');
  const { MongoStore } = await import('../mongo/mongo-store.js');
  return MongoStore.open(mongoUri, logger);
}

/**
 * The catalogue of a process, by its configuration: closed with the process, and part of its readiness where it is a
 * database of its own (dialogs and knowledge go on without it, searches do not: reported as degraded).
 */
export async function openCatalogue(
  platform: Pick<OpenedPlatform, 'config' | 'pool' | 'logger' | 'health' | 'shutdown'>,
): Promise<CatalogueStore> {
  const { config, pool, logger, health, shutdown } = platform;
  const store = await openCatalogueStore(config.catalogue, pool, logger);
  shutdown.add('catalogue', () => store.close());
  if (store.name === 'mongo') health.register({ name: 'catalogue', check: () => store.ping(), optional: true });
  return store;
}
