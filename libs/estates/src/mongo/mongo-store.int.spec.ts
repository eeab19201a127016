import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasMongo, installedMongoPrograms, type MongoProgram, type MongoServer, startMongoServer } from '#libs/testing';
import { describeCatalogue } from '../catalogue/catalogue.contract.js';
import { DATA } from '../catalogue/contract/subject.contract.js';
import { importCatalogue, seedCatalogue } from '../importer/import-catalogue.js';
import type { Estate } from '../types.js';
import { collectionsOf, connectMongo, type MongoCollections } from './connection.js';
import { ImportLease } from './import-lease.js';
import { MongoStore } from './mongo-store.js';

const FEW = 60;
const silent = () => ({ info: vi.fn(), warn: vi.fn() });

/** The server that was given, else every program of this machine. */
const programs = process.env.TEST_MONGODB_URI ? [] : installedMongoPrograms();
const servers: { name: string; program?: MongoProgram }[] =
  programs.length > 0 ? programs.map((program) => ({ name: program.name, program })) : [{ name: 'a server' }];

describe.skipIf(!hasMongo('the catalogue')).each(servers)('with $name', ({ name, program }) => {
  let server: MongoServer;

  beforeAll(async () => {
    server = await startMongoServer(program);
  });

  afterAll(() => server.stop());

  /** A store on a database of its own, and the collections as an operator sees them. */
  async function openStore(uri = server.database()) {
    const logger = silent();
    const store = await MongoStore.open(uri, logger);
    const connection = await connectMongo(uri);
    const collections: MongoCollections = collectionsOf(connection);
    return {
      uri,
      store,
      collections,
      logger,
      close: async () => {
        await connection.close();
        await store.close();
      },
    };
  }

  describeCatalogue(`MongoDB (${name})`, async () => {
    const { store, collections, close } = await openStore();
    return {
      store,
      renameEstate: async (id, name) => {
        await collections.estates.updateOne({ _id: id }, { $set: { name, updatedAt: new Date() } });
      },
      editPhrase: async (key, text) => {
        await collections.messages.updateOne({ _id: key }, { $set: { text } });
      },
      close,
    };
  });

  describe('what is particular to it', () => {
    /** The demo data with its first buildings only. */
    let few: string;

    beforeAll(async () => {
      few = await mkdtemp(path.join(tmpdir(), 'few-'));
      for (const file of ['subway_stations.json', 'square_coeffs.json', 'way_to_subway_coeffs.json', 'messages.json']) {
        await cp(path.join(DATA, file), path.join(few, file));
      }
      const all = (await readFile(path.join(DATA, 'estates.jsonl'), 'utf8')).split('\n');
      await writeFile(path.join(few, 'estates.jsonl'), all.slice(0, FEW).join('\n'));
    });

    afterAll(() => rm(few, { recursive: true }));

    it('says once which features the server lacks, or lacks none', async () => {
      const { logger, close } = await openStore();
      const lacking = logger.warn.mock.calls.flatMap(([{ missing }]) => missing as string[]);
      // Validators and the geographic index are conveniences of a whole MongoDB; every other index is relied on for speed.
      expect(lacking.filter((feature) => !/^validator of |^index estates_location$/.test(feature))).toEqual([]);
      await close();
    });

    it('opens for a second process as the first has left it', async () => {
      const { uri, store, collections, close } = await openStore();
      await importCatalogue(store, few);
      const before = await collections.estates.indexes();
      const second = await MongoStore.open(uri, silent());
      expect(await second.catalogue.estateCount()).toBe(FEW);
      expect(await collections.estates.indexes()).toEqual(before);
      await second.close();
      await close();
    });

    it('empties a first load that was cut off, and loads again', async () => {
      const { store, collections, close } = await openStore();
      await importCatalogue(store, few);
      // What a process killed in the middle of a first load leaves.
      await collections.catalogue_state.updateOne({ _id: 'estates' }, { $set: { loading: true } });
      await collections.estates.deleteMany({ _id: { $gt: 'e000040' } });
      await collections.estates.updateMany({ _id: { $gt: 'e000020' } }, { $set: { revision: -1 } });
      await collections.lots.deleteMany({ estateId: { $gt: 'e000020' } });
      expect(await store.emptyCollections()).toEqual(['estates']);
      expect(await seedCatalogue(store, few)).toMatchObject({ estates: FEW });
      expect(await store.catalogue.estateCount()).toBe(FEW);
      const criteria = { deal: 'rent', kind: 'office' } as const;
      const total = (await store.catalogue.search({ criteria, limit: 1 })).total;
      expect(total).toBe(await collections.lots.countDocuments({ status: 'available', ...criteria }));
      await close();
    });

    it('mends a building whose search rows were not written', async () => {
      const { store, collections, close } = await openStore();
      await importCatalogue(store, few);
      const rows = await collections.lots.countDocuments();
      await collections.estates.updateOne({ _id: 'e000007' }, { $set: { revision: -1 } });
      await collections.lots.deleteMany({ estateId: 'e000007' });
      await importCatalogue(store, few);
      expect(await collections.lots.countDocuments()).toBe(rows);
      await close();
    });

    it('finds by the new price a lot that was edited by hand', async () => {
      const { store, collections, close } = await openStore();
      await importCatalogue(store, few);
      const cursor = await store.catalogue.cursor();
      const record = (await collections.estates.findOne({ _id: 'e000001' }))!;
      const lots = record.lots.map((lot) => ({ ...lot, price: 1, status: 'available' as const }));
      await collections.estates.updateOne({ _id: 'e000001' }, { $set: { lots, updatedAt: new Date() } });
      await store.catalogue.changes(cursor);
      const { deal } = lots[0]!;
      const { hits } = await store.catalogue.search({ criteria: { deal, kind: record.kind }, limit: 1 });
      expect(hits[0]!.estate.id).toBe('e000001');
      await close();
    });

    it('lets one import run at a time', async () => {
      const { collections, store, close } = await openStore();
      const first = await ImportLease.take(collections.catalogue_state);
      await expect(ImportLease.take(collections.catalogue_state, 0)).rejects.toMatchObject({
        code: 'STORE_NOT_AVAILABLE',
      });
      const waiting = importCatalogue(store, few, { collections: ['square_coeffs'] });
      await first.release();
      expect(await waiting).toEqual({ square_coeffs: expect.any(Number) });
      await close();
    });

    it('writes nothing when the last row is bad', async () => {
      const { store, collections, close } = await openStore();
      const rows = (await readFile(path.join(few, 'estates.jsonl'), 'utf8')).trim().split('\n');
      const bad = { ...(JSON.parse(rows[0]!) as Estate), id: 'last', kind: 'castle' };
      const directory = await mkdtemp(path.join(tmpdir(), 'import-'));
      await writeFile(path.join(directory, 'estates.jsonl'), [...rows, JSON.stringify(bad)].join('\n'));
      await expect(importCatalogue(store, directory)).rejects.toMatchObject({ code: 'INVALID_CATALOGUE' });
      expect(await collections.estates.countDocuments()).toBe(0);
      expect(await collections.lots.countDocuments()).toBe(0);
      await rm(directory, { recursive: true });
      await close();
    });

    it.skipIf(process.env.TEST_MONGODB_URI)('goes on after the server was stopped and started again', async () => {
      const other = await startMongoServer(program);
      const { store, close } = await openStore(other.database());
      await importCatalogue(store, few, { collections: ['subway_stations'] });
      await other.restart();
      expect((await store.catalogue.stations()).length).toBeGreaterThan(200);
      await close();
      await other.stop();
    });

    it('refuses a server that does not answer without telling its address', async () => {
      const refused = await MongoStore.open(
        'mongodb://secret:word@127.0.0.1:1/x?serverSelectionTimeoutMS=200',
        silent(),
      ).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: 'STORE_NOT_AVAILABLE' });
      expect(JSON.stringify([String(refused), (refused as Error).message])).not.toMatch(/secret|word|127\.0\.0\.1/);
    });
  });
});
