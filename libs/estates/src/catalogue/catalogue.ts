import type {
  Estate,
  LotHit,
  Phrase,
  SearchCriteria,
  SearchRequest,
  SearchResult,
  SquareCoeff,
  SubwayStation,
  WayToSubwayCoeff,
} from '../types.js';

export const COLLECTIONS = ['subway_stations', 'square_coeffs', 'way_to_subway_coeffs', 'messages', 'estates'] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** Conditions of a search with every name resolved: what an adapter has to filter by, exactly. */
export interface LotQuery {
  criteria: SearchCriteria;
  /** Keys of station names as {@link stationKey} makes them, already resolved; the place is any of these or of the districts. */
  stationKeys: readonly string[];
  excludeEstates: readonly string[];
}

/** Changed buildings and the cursor to ask with next time; `more`: there are others already. */
export interface CatalogueChanges {
  estates: Estate[];
  cursor: string;
  more: boolean;
}

/**
 * The catalogue: five collections behind one port, one adapter a store. Every read returns plain records as imported.
 *
 * - Only lots with status `available` are searched; `lot` and the streams return all of them.
 * - Hits come cheapest first (`total`, then lot id): a deterministic order that every adapter keeps.
 * - Money is compared in whole kopecks (see money.ts); a lot is inside a bound when the figure shown to the client is.
 */
export interface Catalogue {
  stations(): Promise<SubwayStation[]>;
  squareCoeffs(): Promise<SquareCoeff[]>;
  wayToSubwayCoeffs(): Promise<WayToSubwayCoeff[]>;

  /** All phrases with their version, which every edit changes (PostgreSQL: the moment of the newest); null when there are none. */
  phrases(): Promise<{ phrases: Phrase[]; updatedAt: string | null }>;
  /** Cheap check whether phrases were edited since they were read. */
  phrasesUpdatedAt(): Promise<string | null>;

  /** A lot with its building, whatever its status; null when there is none. */
  lot(id: string): Promise<LotHit | null>;
  /** Several lots at once; those that do not exist are absent. The order is that of `ids`. */
  lots(ids: readonly string[]): Promise<LotHit[]>;
  estateCount(): Promise<number>;

  /** Every building by id in byte order, in batches; memory stays bounded by the batch. */
  streamEstates(options?: { batchSize?: number }): AsyncIterable<Estate[]>;
  /** Cursor of this moment: taken before a stream, it makes `changes` return everything the stream may have missed. */
  cursor(): Promise<string>;
  /** Buildings written since the cursor. A building may be reported twice; applying it again changes nothing. */
  changes(cursor: string, options?: { limit?: number }): Promise<CatalogueChanges>;

  /** @param total how many lots match, when it is known: an adapter may choose its way by it */
  findLots(query: LotQuery, limit: number, total?: number): Promise<LotHit[]>;
  countLots(query: LotQuery): Promise<number>;
  /** Search by hard filters, with relaxations when nothing is found. Throws UnknownStationError and `INVALID_REQUEST`. */
  search(request: SearchRequest): Promise<SearchResult>;
}
