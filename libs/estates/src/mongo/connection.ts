import mongoose from 'mongoose';
import type { Logger } from '#libs/platform';
import { EstatesError } from '../errors.js';
import {
  type EstateRecord,
  type LotSearchRow,
  type MessageRecord,
  SCHEMAS,
  type SquareCoeffRecord,
  type StateRecord,
  type StationRecord,
  type WayToSubwayCoeffRecord,
} from './schemas.js';

type Native<T extends object> = mongoose.mongo.Collection<T>;

/** The collections of the catalogue as the driver gives them: records are checked before they come here and read as they are. */
export interface MongoCollections {
  estates: Native<EstateRecord>;
  lots: Native<LotSearchRow>;
  subway_stations: Native<StationRecord>;
  square_coeffs: Native<SquareCoeffRecord>;
  way_to_subway_coeffs: Native<WayToSubwayCoeffRecord>;
  messages: Native<MessageRecord>;
  catalogue_state: Native<StateRecord>;
}

const SELECTION_MS = 10_000;
const DEFAULT_DATABASE = 'wewall';
const NAMESPACE_EXISTS = 48;

/** Whether the address names a database: `mongodb://host/name`. */
const namesDatabase = (uri: string) => /^mongodb(?:\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);

/** Connects and asks the server once. Throws `STORE_NOT_AVAILABLE`, without the address, when it does not answer. */
export async function connectMongo(uri: string): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(uri, {
    appName: 'wewall-catalogue',
    ...(!uri.includes('serverSelectionTimeoutMS=') && { serverSelectionTimeoutMS: SELECTION_MS }),
    autoCreate: false,
    autoIndex: false,
    ...(!namesDatabase(uri) && { dbName: DEFAULT_DATABASE }),
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close().catch(() => {});
    // The driver's own message holds the hosts and may hold more of the address.
    const reason = error instanceof Error ? error.name : 'unknown';
    throw new EstatesError('STORE_NOT_AVAILABLE', `the MongoDB of MONGODB_URI cannot be used (${reason})`, { reason });
  }
}

/**
 * Buildings and the count of imports are read where they are written, and as a majority has them, whatever the address prefers: a
 * replica behind the others would answer "nothing changed" for what it has yet to get, and an election may undo what only one has.
 */
const SOURCE: mongoose.mongo.CollectionOptions = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority' },
};

/** The collections by the names and schemas of {@link SCHEMAS}. */
export function collectionsOf(connection: mongoose.Connection): MongoCollections {
  const { db } = connection;
  if (!db) throw new EstatesError('STORE_NOT_AVAILABLE', 'the MongoDB connection is not open');
  return {
    estates: db.collection('estates', SOURCE),
    lots: db.collection('lots'),
    subway_stations: db.collection('subway_stations'),
    square_coeffs: db.collection('square_coeffs'),
    way_to_subway_coeffs: db.collection('way_to_subway_coeffs'),
    messages: db.collection('messages'),
    catalogue_state: db.collection('catalogue_state', SOURCE),
  };
}

const isMongoError = (error: unknown): error is mongoose.mongo.MongoServerError =>
  error instanceof mongoose.mongo.MongoServerError;

/**
 * Creates collections, their validators and indexes; idempotent, several processes may do it at once. What a server of the
 * same protocol does not have (validators, a geographic index) is named in the log once: nothing in the adapter
 * relies on it. Another failure is thrown.
 */
export async function prepareCollections(connection: mongoose.Connection, logger: Pick<Logger, 'warn'>): Promise<void> {
  const { db } = connection;
  if (!db) throw new EstatesError('STORE_NOT_AVAILABLE', 'the MongoDB connection is not open');
  const missing: string[] = [];
  const unlessMissing = async (feature: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!isMongoError(error) || !isUnsupported(error)) throw error;
      missing.push(feature);
    }
  };
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    await db.createCollection(name).catch((error: unknown) => {
      if (!isMongoError(error) || error.code !== NAMESPACE_EXISTS) throw error;
    });
    const validator = { $jsonSchema: schema.toJSONSchema({ useBsonType: true }) };
    await unlessMissing(`validator of ${name}`, () => db.command({ collMod: name, validator }));
    const existing = new Map(
      (await db.collection(name).indexes()).map((index) => [index.name, JSON.stringify(index.key)]),
    );
    for (const [keys, options] of schema.indexes()) {
      const { name: index } = options as { name: string };
      // Asked first: some servers take their own index of a sphere for another one when it is created again.
      if (existing.get(index) === JSON.stringify(keys)) continue;
      await unlessMissing(`index ${index}`, () =>
        db.collection(name).createIndex(keys as mongoose.mongo.IndexSpecification, { name: index }),
      );
    }
  }
  if (missing.length > 0) logger.warn({ missing }, 'the MongoDB server lacks features the catalogue can do without');
}

/** NotImplemented, CommandNotFound, CommandNotSupported, and what servers of the protocol answer to a kind of index they lack. */
const UNSUPPORTED = new Set<unknown>([238, 59, 115, 27, 67]);

export const isUnsupported = (error: { code?: unknown }): boolean => UNSUPPORTED.has(error.code);
