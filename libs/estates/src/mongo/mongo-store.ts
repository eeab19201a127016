import type mongoose from 'mongoose';
import type { Logger } from '#libs/platform';
import { COLLECTIONS, type Collection } from '../catalogue/catalogue.js';
import type { CatalogueStore, CatalogueWriter } from '../catalogue/catalogue-store.js';
import { collectionsOf, connectMongo, type MongoCollections, prepareCollections } from './connection.js';
import { ImportLease } from './import-lease.js';
import { MongoCatalogue } from './mongo-catalogue.js';
import { ESTATES_STATE, MongoChecker, MongoWriter } from './mongo-writer.js';

/**
 * The catalogue in MongoDB 4.2 or newer, or a server of its protocol. No transactions are needed: an import is checked
 * whole before its first write, is the only one by a lease, and one that is cut off is mended by running it again
 * (a first load that is cut off is emptied by the next import).
 */
export class MongoStore implements CatalogueStore {
  readonly name = 'mongo';
  readonly catalogue: MongoCatalogue;

  private constructor(
    private readonly connection: mongoose.Connection,
    private readonly collections: MongoCollections,
    logger: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.catalogue = new MongoCatalogue(collections, () => serverTime(connection), logger);
  }

  /** Connects, creates what is missing. Throws `STORE_NOT_AVAILABLE` when the server does not answer. */
  static async open(uri: string, logger: Pick<Logger, 'info' | 'warn'>): Promise<MongoStore> {
    const connection = await connectMongo(uri);
    try {
      await prepareCollections(connection, logger);
      return new MongoStore(connection, collectionsOf(connection), logger);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async emptyCollections(): Promise<Collection[]> {
    const empty: Collection[] = [];
    for (const name of COLLECTIONS) if (await this.isEmpty(name)) empty.push(name);
    if ((await this.cutOff()) && !empty.includes('estates')) empty.push('estates');
    return empty;
  }

  async importing<T>(work: (writer: CatalogueWriter, checker: CatalogueWriter) => Promise<T>): Promise<T> {
    const { collections } = this;
    const lease = await ImportLease.take(collections.catalogue_state);
    try {
      if (await this.cutOff()) {
        await collections.estates.deleteMany({});
        await collections.lots.deleteMany({});
      }
      const firstLoad = await this.isEmpty('estates');
      const loading = (value: boolean) =>
        collections.catalogue_state.updateOne({ _id: ESTATES_STATE }, { $set: { loading: value } }, { upsert: true });
      const writer = new MongoWriter(collections, lease, firstLoad, () => loading(firstLoad));
      const result = await work(writer, new MongoChecker(collections, firstLoad));
      await loading(false);
      return result;
    } finally {
      await lease.release();
    }
  }

  async ping(): Promise<void> {
    await this.connection.db?.admin().ping();
  }

  async close(): Promise<void> {
    await this.catalogue.close();
    await this.connection.close();
  }

  /** Whether a first load was begun and not ended. */
  private async cutOff(): Promise<boolean> {
    const state = await this.collections.catalogue_state.findOne({ _id: ESTATES_STATE });
    return state?.loading === true;
  }

  private async isEmpty(name: Collection): Promise<boolean> {
    const collection = this.collections[name] as unknown as MongoCollections['messages'];
    return (await collection.findOne({}, { projection: { _id: 1 } })) === null;
  }
}

/** The server's clock; ours where the server of the protocol does not tell (the overlap of EstateEdits allows for the difference). */
async function serverTime(connection: mongoose.Connection): Promise<Date> {
  const hello = await connection.db
    ?.admin()
    .command({ hello: 1 })
    .catch(() => null);
  return hello?.localTime instanceof Date ? hello.localTime : new Date();
}
