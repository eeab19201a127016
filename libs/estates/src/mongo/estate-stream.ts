import mongoose from 'mongoose';
import type { Logger } from '#libs/platform';
import type { MongoCollections } from './connection.js';
import type { EstateRecord } from './schemas.js';

/** Tries without a single batch in between, each after a longer pause, besides the driver's own wait for a server. */
const MAX_FAILURES = 6;
const FIRST_PAUSE_MS = 100;

/**
 * What ends a cursor and not the data behind it: HostUnreachable, HostNotFound, CursorNotFound (idle for ten minutes, or its
 * session for thirty), NetworkTimeout, ShutdownInProgress, QueryPlanKilled, PrimarySteppedDown, CursorKilled, SocketException,
 * NotWritablePrimary, Interrupted at shutdown or by a change of state, NotPrimary (no secondary ok, or recovering).
 */
const INTERRUPTIONS = new Set<unknown>([
  6, 7, 43, 89, 91, 175, 189, 237, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** Whether a read may go on over a new cursor. */
export function isInterruption(error: unknown): boolean {
  const { MongoNetworkError, MongoServerError, MongoServerSelectionError } = mongoose.mongo;
  if (error instanceof MongoServerError) return INTERRUPTIONS.has(error.code);
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
}

type Cursor = mongoose.mongo.FindCursor<mongoose.mongo.WithId<EstateRecord>>;

async function nextBatch(cursor: Cursor, size: number): Promise<EstateRecord[]> {
  const batch: EstateRecord[] = [];
  while (batch.length < size) {
    const record = await cursor.next();
    if (record === null) break;
    batch.push(record);
  }
  return batch;
}

/**
 * Every building by `_id`, in batches of `size`: the server walks the index of the primary key and one batch is on its way while
 * the reader is busy with another, so two are in memory. A cursor that ends (the server was restarted, a primary elected, the
 * reader slower than the server keeps cursors) is opened again behind the last building read: none is missed and none comes twice.
 * So no cursor needs `noCursorTimeout`, which would outlive a reader that was killed. Throws what does not pass by itself.
 */
export async function* streamRecords(
  estates: Pick<MongoCollections['estates'], 'find'>,
  size: number,
  logger: Pick<Logger, 'warn'>,
): AsyncGenerator<EstateRecord[]> {
  let last: string | undefined;
  for (let failures = 0; ; ) {
    const cursor = estates
      .find(last === undefined ? {} : { _id: { $gt: last } })
      .sort({ _id: 1 })
      .batchSize(size);
    try {
      for (let coming = nextBatch(cursor, size); ; ) {
        const batch = await coming;
        if (batch.length === 0) return;
        failures = 0;
        last = batch.at(-1)?._id;
        coming = nextBatch(cursor, size);
        // Its failure is thrown when it is waited for; a reader that stops before must not leave it unhandled.
        coming.catch(() => {});
        yield batch;
      }
    } catch (error) {
      if (!isInterruption(error) || ++failures > MAX_FAILURES) throw error;
      logger.warn(
        { err: error, failures },
        'a stream of buildings was interrupted; it goes on behind the last one read',
      );
    } finally {
      await cursor.close().catch(() => {});
    }
    const pause = FIRST_PAUSE_MS * 2 ** failures;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
