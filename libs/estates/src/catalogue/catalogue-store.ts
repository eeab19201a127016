import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';
import type { Catalogue, Collection } from './catalogue.js';

/** A lot refused because another building has it. */
export interface TakenLot {
  id: string;
  /** The building that has it. */
  estateId: string;
  /** Line of the file it came from. */
  line: number;
}

/** A checked building and the line of the file it came from. */
export interface ReadEstate {
  line: number;
  estate: Estate;
}

/** Receives the checked records of one import. A record that is stored already and did not change is not touched. */
export interface CatalogueWriter {
  stations(stations: readonly SubwayStation[]): Promise<void>;
  /** Replaces the table: bands are only sound together. */
  squareCoeffs(rows: readonly SquareCoeff[]): Promise<void>;
  /** Replaces the table: bands are only sound together. */
  wayToSubwayCoeffs(rows: readonly WayToSubwayCoeff[]): Promise<void>;
  messages(phrases: readonly Phrase[]): Promise<void>;
  /** Takes a batch of buildings with exactly their lots; returns lots that are refused. */
  estates(batch: readonly ReadEstate[], stationKeysOf: (estate: Estate) => string[]): Promise<TakenLot[]>;
  /** Ends the buildings: what `estates` took becomes visible. Returns lots that are refused. */
  finishEstates(): Promise<TakenLot[]>;
}

/** Where a catalogue lives: the port for reading and the way in for imports. One implementation a database. */
export interface CatalogueStore {
  readonly name: 'postgres' | 'mongo';
  readonly catalogue: Catalogue;
  /** Collections never loaded, or whose first load was cut off. */
  emptyCollections(): Promise<Collection[]>;
  /**
   * Runs `work` while no other import runs. All or nothing where the database has transactions for any size; elsewhere
   * there is a `checker`, a writer that only looks, to run over the whole input before the first write.
   */
  importing<T>(work: (writer: CatalogueWriter, checker?: CatalogueWriter) => Promise<T>): Promise<T>;
  /** Throws when the store does not answer. */
  ping(): Promise<void>;
  /** Closes what the store has opened itself. */
  close(): Promise<void>;
}
