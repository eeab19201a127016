import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import type { CatalogueWriter, ReadEstate, TakenLot } from '../catalogue/catalogue-store.js';
import { EstatesError } from '../errors.js';
import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';
import type { MongoCollections } from './connection.js';
import type { ImportLease } from './import-lease.js';
import { estateRecord, messageRecord, stationRecord } from './records.js';
import type { EstateRecord } from './schemas.js';
import { type StationKeysOf, writeSearchRows } from './search-rows.js';

/** Name of the document of `catalogue_state` that counts the batches of buildings. */
export const ESTATES_STATE = 'estates';

/** Lots of the batch that are stored under another building. */
async function takenLots({ lots }: MongoCollections, batch: readonly ReadEstate[]): Promise<TakenLot[]> {
  const owners = new Map(batch.flatMap(({ line, estate }) => estate.lots.map(({ id }) => [id, { line, estate }])));
  const stored = await lots.find({ _id: { $in: [...owners.keys()] } }, { projection: { estateId: 1 } }).toArray();
  return stored
    .filter(({ _id, estateId }) => owners.get(_id)?.estate.id !== estateId)
    .map(({ _id, estateId }) => ({ id: _id, estateId, line: owners.get(_id)?.line ?? 0 }));
}

/** Looks without writing: MongoDB has no transaction that would hold a whole import. */
export class MongoChecker implements CatalogueWriter {
  constructor(
    private readonly collections: MongoCollections,
    private readonly firstLoad: boolean,
  ) {}

  async stations(): Promise<void> {}
  async squareCoeffs(): Promise<void> {}
  async wayToSubwayCoeffs(): Promise<void> {}
  async messages(): Promise<void> {}

  async estates(batch: readonly ReadEstate[]): Promise<TakenLot[]> {
    return this.firstLoad ? [] : takenLots(this.collections, batch);
  }

  async finishEstates(): Promise<TakenLot[]> {
    return [];
  }
}

/**
 * Writes checked records. A batch of buildings gets one revision: its documents carry it negated until their search rows are
 * written too, so that an import that was cut off is noticed and mended by the next one; readers of changes go up to the last whole batch.
 */
export class MongoWriter implements CatalogueWriter {
  private writingEstates = false;

  constructor(
    private readonly collections: MongoCollections,
    private readonly lease: Pick<ImportLease, 'check'>,
    private readonly firstLoad: boolean,
    /** Told before the first building is written. */
    private readonly onEstates: () => Promise<unknown>,
  ) {}

  async stations(stations: readonly SubwayStation[]): Promise<void> {
    await this.replaceAll(this.collections.subway_stations, stations.map(stationRecord));
  }

  async squareCoeffs(rows: readonly SquareCoeff[]): Promise<void> {
    const records = rows.map(({ minArea, maxArea, coefficient }) => ({
      _id: minArea,
      minArea,
      ...(maxArea !== null && { maxArea }),
      coefficient,
    }));
    await this.replaceAll(this.collections.square_coeffs, records);
    await this.collections.square_coeffs.deleteMany({ _id: { $nin: records.map(({ _id }) => _id) } });
  }

  async wayToSubwayCoeffs(rows: readonly WayToSubwayCoeff[]): Promise<void> {
    const records = rows.map(({ minMeters, maxMeters, coefficient }) => ({
      _id: minMeters,
      minMeters,
      ...(maxMeters !== null && { maxMeters }),
      coefficient,
    }));
    await this.replaceAll(this.collections.way_to_subway_coeffs, records);
    await this.collections.way_to_subway_coeffs.deleteMany({ _id: { $nin: records.map(({ _id }) => _id) } });
  }

  async messages(phrases: readonly Phrase[]): Promise<void> {
    await this.replaceAll(this.collections.messages, phrases.map(messageRecord));
  }

  async estates(batch: readonly ReadEstate[], stationKeysOf: StationKeysOf): Promise<TakenLot[]> {
    const { catalogue_state: state } = this.collections;
    const { firstLoad } = this;
    const changed = firstLoad ? batch.map(({ estate }) => estate) : await this.changed(batch);
    if (changed.length === 0) return [];
    this.lease.check();
    if (!this.writingEstates) await this.onEstates();
    this.writingEstates = true;
    const counted = await state.findOneAndUpdate(
      { _id: ESTATES_STATE },
      { $inc: { revision: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    const revision = counted?.revision;
    if (revision === undefined) throw new EstatesError('STORE_NOT_AVAILABLE', 'the count of revisions was not written');
    if (firstLoad) await this.insert(changed, revision, stationKeysOf);
    else await this.replace(changed, revision, stationKeysOf);
    await state.updateOne({ _id: ESTATES_STATE }, { $max: { completed: revision } });
    return [];
  }

  async finishEstates(): Promise<TakenLot[]> {
    return [];
  }

  /** A first load that is cut off is emptied by the next import: nothing of it needs a mark, and both collections fill at once. */
  private async insert(estates: readonly Estate[], revision: number, stationKeysOf: StationKeysOf): Promise<void> {
    const written = await Promise.allSettled([
      this.collections.estates.insertMany(
        estates.map((estate) => estateRecord(estate, revision)),
        { ordered: false },
      ),
      writeSearchRows(this.collections, estates, stationKeysOf, { firstLoad: true }),
    ]);
    const failed = written.find((result): result is PromiseRejectedResult => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async replace(changed: readonly Estate[], revision: number, stationKeysOf: StationKeysOf): Promise<void> {
    const { estates } = this.collections;
    const records = changed.map((estate) => estateRecord(estate, -revision));
    await estates.bulkWrite(replacements(records), { ordered: false });
    await writeSearchRows(this.collections, changed, stationKeysOf);
    // A process that was frozen meanwhile may have been overtaken: what it leaves marked is mended by the next import.
    this.lease.check();
    await estates.updateMany({ revision: -revision }, { $set: { revision } });
  }

  /** Buildings of the batch that are not stored as they are, or not whole. */
  private async changed(batch: readonly ReadEstate[]) {
    const ids = batch.map(({ estate }) => estate.id);
    const stored = new Map<string, EstateRecord>();
    for await (const record of this.collections.estates.find({ _id: { $in: ids } })) stored.set(record._id, record);
    return batch
      .map(({ estate }) => estate)
      .filter((estate) => {
        const record = stored.get(estate.id);
        return (
          !record?.revision || record.revision < 0 || !isDeepStrictEqual(record, estateRecord(estate, record.revision))
        );
      });
  }

  private async replaceAll<T extends Identified>(
    collection: mongo.Collection<T>,
    records: readonly T[],
  ): Promise<void> {
    this.lease.check();
    if (records.length > 0) await collection.bulkWrite(replacements(records), { ordered: false });
  }
}

interface Identified {
  _id: string | number;
}

const replacements = <T extends Identified>(records: readonly T[]): mongo.AnyBulkWriteOperation<T>[] =>
  records.map((record) => ({
    replaceOne: {
      filter: { _id: record._id } as mongo.Filter<T>,
      replacement: record as mongo.WithoutId<T>,
      upsert: true,
    },
  }));
