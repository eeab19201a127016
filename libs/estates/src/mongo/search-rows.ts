import { StationDirectory } from '../stations/station-directory.js';
import { stationKey } from '../stations/station-name.js';
import type { Estate } from '../types.js';
import type { MongoCollections } from './connection.js';
import { searchRows, stationOf } from './records.js';

export type StationKeysOf = (estate: Estate) => string[];

/** Keys of a building's stations by the stations that are stored; a name that is none keeps its own key. */
export async function storedStationKeys(
  collections: Pick<MongoCollections, 'subway_stations'>,
): Promise<StationKeysOf> {
  const rows = await collections.subway_stations.find().sort({ _id: 1 }).toArray();
  const directory = new StationDirectory(rows.map(stationOf));
  const official = (station: string) => {
    const found = directory.lookup(station);
    return found.found && !found.typo ? found.name : station;
  };
  return (estate) => [...new Set(estate.metro.map(({ station }) => stationKey(official(station))))].sort();
}

/** Writes the rows searches read for the buildings, and removes those of lots they no longer have. Idempotent. */
export async function writeSearchRows(
  { lots }: Pick<MongoCollections, 'lots'>,
  estates: readonly Estate[],
  stationKeysOf: StationKeysOf,
  { firstLoad = false }: { firstLoad?: boolean } = {},
): Promise<void> {
  const rows = estates.flatMap((estate) => searchRows(estate, stationKeysOf(estate)));
  if (firstLoad) {
    if (rows.length > 0) await lots.insertMany(rows, { ordered: false });
    return;
  }
  const written = rows.map((row) => ({
    // The owner is part of the filter: a lot that another building has is a duplicate key, never taken over.
    replaceOne: { filter: { _id: row._id, estateId: row.estateId }, replacement: row, upsert: true },
  }));
  const kept = new Set(rows.map(({ _id }) => _id));
  const ids = estates.map(({ id }) => id);
  const stored = await lots.find({ estateId: { $in: ids } }, { projection: { _id: 1 } }).toArray();
  const removed = stored.filter(({ _id }) => !kept.has(_id)).map(({ _id }) => _id);
  if (removed.length > 0) await lots.deleteMany({ _id: { $in: removed } });
  if (written.length > 0) await lots.bulkWrite(written, { ordered: false });
}
