import { areaBand, type Band, bandProblems, walkBand } from '../bands/bands.js';
import { COLLECTIONS, type Collection } from '../catalogue/catalogue.js';
import type { CatalogueStore, CatalogueWriter, ReadEstate, TakenLot } from '../catalogue/catalogue-store.js';
import { EstatesError } from '../errors.js';
import { StationDirectory } from '../stations/station-directory.js';
import { stationKey } from '../stations/station-name.js';
import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';
import { type CheckedRecord, CollectionFile, collectionFile, type ImportProgress } from './collection-file.js';
import { ImportProblems } from './import-problems.js';

const ESTATES_BATCH = 1_000;

export interface ImportOptions {
  /** Only these collections; default all that have a file. */
  collections?: readonly Collection[];
  onProgress?: (progress: ImportProgress) => void;
  /** Everything is read; the database now merges what it took: minutes for a million buildings. */
  onStoring?: (collection: Collection) => void;
}

/** Records read from each collection that had a file. */
export type ImportSummary = Partial<Record<Collection, number>>;

/** Names of stations as the catalogue knows them, for the buildings of one import. */
class StationNames {
  private readonly known = new Map<string, string | undefined>();

  constructor(private readonly directory: StationDirectory) {}

  /** Without stations nothing can be checked: a catalogue may be loaded piece by piece. */
  get empty(): boolean {
    return this.directory.stations.length === 0;
  }

  /** Official name of a station by any of its names, or undefined. */
  official(station: string): string | undefined {
    if (this.known.has(station)) return this.known.get(station);
    const found = this.directory.lookup(station);
    const name = found.found && !found.typo ? found.name : undefined;
    this.known.set(station, name);
    return name;
  }

  readonly keysOf = (estate: Estate): string[] =>
    [...new Set(estate.metro.map(({ station }) => stationKey(this.official(station) ?? station)))].sort();
}

/** One reading of a directory into a writer. */
class CatalogueImport {
  readonly summary: ImportSummary = {};
  private readonly problems = new ImportProblems();
  private stationRows: SubwayStation[] = [];

  constructor(
    private readonly store: CatalogueStore,
    private readonly writer: CatalogueWriter,
    private readonly directory: string,
    private readonly options: ImportOptions,
  ) {}

  async run(): Promise<ImportSummary> {
    this.stationRows = await this.collection<SubwayStation>('subway_stations', ({ id }) => id, this.writer.stations);
    await this.collection<SquareCoeff>(
      'square_coeffs',
      ({ minArea, maxArea }) => `${minArea}–${maxArea}`,
      (rows) => this.writer.squareCoeffs(rows.map((row) => ({ ...row, maxArea: row.maxArea ?? null }))),
      areaBand,
    );
    await this.collection<WayToSubwayCoeff>(
      'way_to_subway_coeffs',
      ({ minMeters, maxMeters }) => `${minMeters}–${maxMeters}`,
      (rows) => this.writer.wayToSubwayCoeffs(rows.map((row) => ({ ...row, maxMeters: row.maxMeters ?? null }))),
      walkBand,
    );
    await this.collection<Phrase>('messages', ({ key }) => key, this.writer.messages);
    await this.estates();
    return this.summary;
  }

  private file(collection: Collection): string | undefined {
    if (this.options.collections && !this.options.collections.includes(collection)) return undefined;
    return collectionFile(this.directory, collection);
  }

  /** A small collection, read whole; `band` of those whose rows are only sound together. */
  private async collection<T>(
    collection: Exclude<Collection, 'estates'>,
    keyOf: (record: T) => string,
    write: (rows: T[]) => Promise<void>,
    band?: (record: T) => Band,
  ): Promise<T[]> {
    const path = this.file(collection);
    if (!path) return [];
    const file = new CollectionFile<T>(
      collection,
      path,
      (record) => [{ field: 'id', key: keyOf(record) }],
      this.problems,
    );
    const rows = await file.all(this.options.onProgress);
    if (band && !this.problems.any) this.checkBands(file.name, rows, band);
    this.problems.refuse();
    const records = rows.map(({ record }) => record);
    await write.call(this.writer, records);
    this.summary[collection] = rows.length;
    return records;
  }

  private checkBands<T>(file: string, rows: readonly CheckedRecord<T>[], band: (record: T) => Band): void {
    for (const problem of bandProblems(rows.map(({ record }) => band(record)))) {
      const row = /row (\d+)/.exec(problem);
      const line = row ? (rows[Number(row[1]) - 1]?.line ?? 1) : 1;
      this.problems.add({ file, line, field: 'bands', problem });
    }
  }

  /** Buildings: streamed in batches; the next batch is read and checked while the previous one is being written. */
  private async estates(): Promise<void> {
    const path = this.file('estates');
    if (!path) return;
    const file = new CollectionFile<Estate>('estates', path, keysOfEstate, this.problems);
    const stations = await this.stationNames();
    let batch: ReadEstate[] = [];
    let writing: Promise<void> = Promise.resolve();
    let count = 0;
    const write = async (rows: ReadEstate[]) =>
      this.refuseTaken(file.name, await this.writer.estates(rows, stations.keysOf));
    for await (const { line, record } of file.records(this.options.onProgress)) {
      this.checkReferences(file.name, line, record, stations);
      count++;
      if (this.problems.any) continue;
      batch.push({ line, estate: record });
      if (batch.length < ESTATES_BATCH) continue;
      await writing;
      writing = write(batch);
      // The failure is thrown by the next await; until then it must not count as unhandled.
      writing.catch(() => {});
      batch = [];
    }
    await writing;
    this.problems.refuse();
    if (batch.length > 0) await write(batch);
    this.problems.refuse();
    this.options.onStoring?.('estates');
    this.refuseTaken(file.name, await this.writer.finishEstates());
    this.problems.refuse();
    this.summary.estates = count;
  }

  private refuseTaken(file: string, taken: readonly TakenLot[]): void {
    for (const { id, estateId, line } of taken) {
      this.problems.add({ file, line, field: 'lots.id', problem: `${id} belongs to ${estateId}` });
    }
  }

  private checkReferences(file: string, line: number, record: Estate, stations: StationNames): void {
    record.metro.forEach(({ station }, index) => {
      if (!stations.empty && stations.official(station) === undefined) {
        const field = `metro[${index}].station`;
        this.problems.add({ file, line, field, problem: `«${station}» is not in subway_stations` });
      }
    });
    const ids = new Set<string>();
    record.lots.forEach(({ id }, index) => {
      if (ids.has(id)) this.problems.add({ file, line, field: `lots[${index}].id`, problem: `${id} is met twice` });
      ids.add(id);
    });
  }

  /** Stations that are stored, under those of this import (which a checking run has not written). */
  private async stationNames(): Promise<StationNames> {
    const byId = new Map((await this.store.catalogue.stations()).map((station) => [station.id, station]));
    for (const station of this.stationRows) byId.set(station.id, station);
    const rows = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return new StationNames(new StationDirectory(rows));
  }
}

const keysOfEstate = ({ id, lots }: Estate) => [
  { field: 'id', key: id },
  ...lots.map((lot) => ({ field: 'lots.id', key: lot.id })),
];

/**
 * Validates and loads the collections that have a file in `directory` (`<collection>.json`, `.jsonl` or `.ndjson`), one import
 * at a time; nothing is written when a row is bad. Records are matched by id: the same data again changes nothing, bands
 * are replaced as a whole, buildings and stations that are not in the files stay. Memory does not grow with the file but
 * for 16 bytes an id. Throws {@link ImportRefusedError} with every bad row (the first 50), `INVALID_CATALOGUE` when no file is there.
 */
export async function importCatalogue(
  store: CatalogueStore,
  directory: string,
  options: ImportOptions = {},
): Promise<ImportSummary> {
  if (!COLLECTIONS.some((collection) => collectionFile(directory, collection))) {
    throw new EstatesError(
      'INVALID_CATALOGUE',
      `no collection found: expected ${COLLECTIONS.map((name) => `${name}.json`).join(', ')} (or .jsonl) in the directory`,
    );
  }
  return store.importing(async (writer, checker) => {
    if (checker) {
      const { collections, onProgress } = options;
      const checking = { ...(collections && { collections }), ...(onProgress && { onProgress }) };
      await new CatalogueImport(store, checker, directory, checking).run();
    }
    return new CatalogueImport(store, writer, directory, options).run();
  });
}

/**
 * Fills the collections that are empty from `directory`: what a first start does. What somebody has loaded or edited is
 * left alone. Several processes may call it at once. Returns what was loaded now.
 */
export async function seedCatalogue(store: CatalogueStore, directory: string): Promise<ImportSummary> {
  const empty = (await store.emptyCollections()).filter((collection) => collectionFile(directory, collection));
  if (empty.length === 0) return {};
  return importCatalogue(store, directory, { collections: empty });
}
