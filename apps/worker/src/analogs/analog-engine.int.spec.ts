import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JsonValue } from '#libs/chats';
import {
  AnalogIndex,
  type AnalogRequest,
  type AnalogResult,
  type CatalogueStore,
  generateCatalogue,
  importCatalogue,
  openCatalogueStore,
  PostgresStore,
  runAnalogs,
} from '#libs/estates';
import { createLogger, loadConfig, migrate } from '#libs/platform';
import { createTestDatabase, hasMongo, startMongoServer, type TestDatabase } from '#libs/testing';
import { AnalogEngine } from './analog-engine.js';

/** About 29,000 lots: more than a delta takes, so that changing them all asks for a rebuild. */
const ESTATES = 5_500;
/** A build takes seconds; a machine busy with other suites takes many times that. */
const TIMEOUT_MS = 240_000;
const logger = createLogger({ level: 'silent', app: 'test' });

const request: AnalogRequest = {
  deal: 'rent',
  kind: 'office',
  k: 10,
  subject: { station: 'Тверская', area: 100, class: 'A', walkMeters: 300 },
};

async function search(engine: AnalogEngine): Promise<AnalogResult> {
  const answer = await engine.run('analogs', request as unknown as JsonValue, AbortSignal.timeout(TIMEOUT_MS));
  return answer as unknown as AnalogResult;
}

/** What an index built now over the store answers. */
async function freshAnswer({ catalogue }: CatalogueStore): Promise<AnalogResult> {
  const { snapshot } = await AnalogIndex.open(catalogue);
  return runAnalogs({ catalogue, snapshot }, request);
}

const ids = ({ items, total }: AnalogResult) => ({ lots: items.map(({ lotId, score }) => [lotId, score]), total });
const middle = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >>> 1]!;

describe('the thread of analog search', { timeout: TIMEOUT_MS }, () => {
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    directory = await mkdtemp(path.join(tmpdir(), 'engine-'));
    await generateCatalogue({ estates: ESTATES, seed: 5, directory });
  });

  afterAll(async () => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('answers on while a change of every building is applied and the lots are built anew', async () => {
    const store = new PostgresStore(database.pool);
    await importCatalogue(store, directory);
    const engine = new AnalogEngine({ databaseUrl: database.url, config: loadConfig({}), logger });
    try {
      const first = await search(engine);
      expect(ids(first)).toEqual(ids(await freshAnswer(store)));
      const calm: number[] = [];
      for (let i = 0; i < 30; i++) {
        const started = performance.now();
        await search(engine);
        calm.push(performance.now() - started);
      }
      await database.pool.query('update lots set price = price + 100');
      await database.pool.query('update estates set revision = pg_current_xact_id()');

      // The base of the version is a digest of the lots: it changes when a snapshot built anew is taken into use.
      const base = first.snapshotVersion.split('.')[0];
      const during: number[] = [];
      const versions = new Set<string>();
      const deadline = Date.now() + TIMEOUT_MS / 2;
      for (let swapped = false; !swapped; ) {
        const started = performance.now();
        const { snapshotVersion } = await search(engine);
        during.push(performance.now() - started);
        versions.add(snapshotVersion);
        swapped = snapshotVersion.split('.')[0] !== base;
        if (Date.now() > deadline) throw new Error(`not rebuilt in time; versions seen: ${[...versions].join(', ')}`);
      }
      // Searches were answered all along, by the old lots with the delta on top too.
      expect([...versions].some((version) => version.startsWith(`${base}.`) && !version.endsWith('.0'))).toBe(true);
      expect(ids(await search(engine))).toEqual(ids(await freshAnswer(store)));
      console.info(
        `analogs: median ${middle(calm).toFixed(1)} ms calm, ${middle(during).toFixed(1)} ms and at most ` +
          `${Math.max(...during).toFixed(0)} ms of ${during.length} while rebuilding`,
      );
      expect(middle(during)).toBeLessThan(middle(calm) * 10 + 100);
    } finally {
      await engine.close();
    }
  });

  it.skipIf(!hasMongo('the thread of analog search'))('reads the catalogue of CATALOGUE_STORE', async () => {
    const server = await startMongoServer();
    const mongoUri = server.database();
    const store = await openCatalogueStore({ store: 'mongo', mongoUri }, database.pool, logger);
    const few = await mkdtemp(path.join(tmpdir(), 'engine-few-'));
    try {
      await generateCatalogue({ estates: 80, seed: 6, directory: few });
      await importCatalogue(store, few);
      const config = loadConfig({ CATALOGUE_STORE: 'mongo', MONGODB_URI: mongoUri });
      const engine = new AnalogEngine({ databaseUrl: database.url, config, logger });
      try {
        const found = await search(engine);
        expect(found.items.length).toBeGreaterThan(0);
        expect(ids(found)).toEqual(ids(await freshAnswer(store)));
      } finally {
        await engine.close();
      }
    } finally {
      await store.close();
      await server.stop();
      await rm(few, { recursive: true });
    }
  });
});
