import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { Logger } from '#libs/platform';
import type { Catalogue, CatalogueChanges, LotQuery } from '../catalogue/catalogue.js';
import { searchLots } from '../search/search.js';
import type {
  Estate,
  LotHit,
  Phrase,
  SearchRequest,
  SearchResult,
  SquareCoeff,
  SubwayStation,
  WayToSubwayCoeff,
} from '../types.js';
import type { MongoCollections } from './connection.js';
import { EstateEdits } from './estate-edits.js';
import { streamRecords } from './estate-stream.js';
import { lotFilter } from './lot-filter.js';
import { ESTATES_STATE } from './mongo-writer.js';
import { estateOf, lotHitOf, phraseOf, stationOf } from './records.js';
import type { EstateRecord } from './schemas.js';
import { storedStationKeys, writeSearchRows } from './search-rows.js';

const STREAM_BATCH = 500;
const CHANGES_LIMIT = 5_000;

/** Where a reader of changes is: the last revision read, and the moment from which edits are looked for. */
interface Position {
  revision: number;
  moment: Date;
  /** The last building read of the revision; absent when it is read whole. */
  id?: string;
}

const cursorOf = ({ revision, moment, id }: Position) =>
  `${revision}:${moment.getTime()}${id === undefined ? '' : `:${id}`}`;

function positionOf(cursor: string): Position {
  const [revision, moment, ...id] = cursor.split(':');
  return {
    revision: Number(revision),
    moment: new Date(Number(moment)),
    ...(id.length > 0 && { id: id.join(':') }),
  };
}

/** Imported buildings after the position and up to the last batch that is written whole. */
function importedAfter({ revision, id }: Position, completed: number): mongo.Filter<EstateRecord> {
  const later = { revision: { $gt: revision, $lte: completed } };
  return id === undefined ? later : { $or: [{ revision, _id: { $gt: id } }, later] };
}

/** The catalogue in MongoDB: the five collections, and `lots`, derived from `estates`, which searches read. */
export class MongoCatalogue implements Catalogue {
  private readonly edits: EstateEdits;

  constructor(
    private readonly collections: MongoCollections,
    /** The server's clock. */
    private readonly serverTime: () => Promise<Date>,
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.edits = new EstateEdits(collections.estates, logger);
  }

  async stations(): Promise<SubwayStation[]> {
    return (await this.collections.subway_stations.find().sort({ _id: 1 }).toArray()).map(stationOf);
  }

  async squareCoeffs(): Promise<SquareCoeff[]> {
    const rows = await this.collections.square_coeffs.find().sort({ _id: 1 }).toArray();
    return rows.map(({ minArea, maxArea, coefficient }) => ({ minArea, maxArea: maxArea ?? null, coefficient }));
  }

  async wayToSubwayCoeffs(): Promise<WayToSubwayCoeff[]> {
    const rows = await this.collections.way_to_subway_coeffs.find().sort({ _id: 1 }).toArray();
    return rows.map(({ minMeters, maxMeters, coefficient }) => ({
      minMeters,
      maxMeters: maxMeters ?? null,
      coefficient,
    }));
  }

  // Nobody who edits a phrase by hand stamps it: the version is a digest of all of them, a few dozen kilobytes.
  async phrases(): Promise<{ phrases: Phrase[]; updatedAt: string | null }> {
    const records = await this.collections.messages.find().sort({ _id: 1 }).toArray();
    const phrases = records.map(phraseOf);
    if (phrases.length === 0) return { phrases, updatedAt: null };
    return { phrases, updatedAt: createHash('sha256').update(JSON.stringify(phrases)).digest('hex').slice(0, 16) };
  }

  async phrasesUpdatedAt(): Promise<string | null> {
    return (await this.phrases()).updatedAt;
  }

  async lot(id: string): Promise<LotHit | null> {
    return (await this.lots([id]))[0] ?? null;
  }

  async lots(ids: readonly string[]): Promise<LotHit[]> {
    if (ids.length === 0) return [];
    const { lots, estates } = this.collections;
    const rows = await lots.find({ _id: { $in: [...ids] } }, { projection: { estateId: 1 } }).toArray();
    const owners = new Map(rows.map(({ _id, estateId }) => [_id, estateId]));
    const buildings = new Map<string, EstateRecord>();
    for await (const record of estates.find({ _id: { $in: [...new Set(owners.values())] } })) {
      buildings.set(record._id, record);
    }
    return ids.flatMap((id) => {
      const building = buildings.get(owners.get(id) ?? '');
      return (building && lotHitOf(building, id)) ?? [];
    });
  }

  estateCount(): Promise<number> {
    return this.collections.estates.countDocuments();
  }

  async *streamEstates({ batchSize = STREAM_BATCH }: { batchSize?: number } = {}): AsyncGenerator<Estate[]> {
    for await (const records of streamRecords(this.collections.estates, batchSize, this.logger)) {
      yield records.map(estateOf);
    }
  }

  async cursor(): Promise<string> {
    await this.edits.listening();
    const moment = await this.serverTime();
    return cursorOf({ revision: await this.completed(), moment: this.edits.next(new Date(0), moment) });
  }

  // Imports tell themselves by revision; a building edited by hand is told by its `updatedAt` or the change stream, and what
  // searches read of it is written again here, by whichever process asks first.
  async changes(cursor: string, { limit = CHANGES_LIMIT }: { limit?: number } = {}): Promise<CatalogueChanges> {
    const position = positionOf(cursor);
    const completed = await this.completed();
    const imported = await this.collections.estates
      .find(importedAfter(position, completed))
      .sort({ revision: 1, _id: 1 })
      .limit(limit)
      .toArray();
    this.edits.remember(imported, position.moment);
    const last = imported.at(-1);
    if (imported.length === limit && last) {
      const next = { ...position, revision: last.revision ?? position.revision, id: last._id };
      return { estates: imported.map(estateOf), cursor: cursorOf(next), more: true };
    }
    const now = await this.serverTime();
    const { records, more } = await this.edits.since(position.moment, limit);
    const edited = records.map(estateOf);
    if (edited.length > 0) await writeSearchRows(this.collections, edited, await storedStationKeys(this.collections));
    const moment = more ? position.moment : this.edits.next(position.moment, now);
    return {
      estates: [...imported.map(estateOf), ...edited],
      cursor: cursorOf({ revision: completed, moment }),
      more,
    };
  }

  async findLots(query: LotQuery, limit: number): Promise<LotHit[]> {
    const rows = await this.collections.lots
      .find(lotFilter(query), { projection: { _id: 1 } })
      .sort({ totalKopecks: 1, _id: 1 })
      .limit(limit)
      .toArray();
    return this.lots(rows.map(({ _id }) => _id));
  }

  countLots(query: LotQuery): Promise<number> {
    return this.collections.lots.countDocuments(lotFilter(query));
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return searchLots(this, request);
  }

  /** Ends the change stream. */
  close(): Promise<void> {
    return this.edits.close();
  }

  private async completed(): Promise<number> {
    const state = await this.collections.catalogue_state.findOne({ _id: ESTATES_STATE });
    return state?.completed ?? 0;
  }
}
