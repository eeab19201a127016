import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { withTransaction } from '#libs/platform';
import { areaBand, type Band, bandProblems, walkBand } from '../bands/bands.js';
import { COLLECTIONS, type Collection } from '../catalogue/catalogue.js';
import { PostgresCatalogue } from '../catalogue/postgres-catalogue.js';
import { EstatesError } from '../errors.js';
import { StationDirectory } from '../stations/station-directory.js';
import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';
import { ImportProblems } from './import-problems.js';
import { PostgresWriter } from './postgres-writer.js';
import { readRecords } from './record-reader.js';
import { recordProblems } from './record-schema.js';

/** Any constant: two imports at once would only deadlock or waste work. */
const IMPORT_LOCK = 7_266_201;
const ESTATES_BATCH = 400;
const EXTENSIONS = ['.json', '.jsonl', '.ndjson'];

export interface ImportProgress {
  collection: Collection;
  records: number;
  bytes: number;
  totalBytes: number;
}

export interface ImportOptions {
  /** Only these collections; default all that have a file. */
  collections?: readonly Collection[];
  onProgress?: (progress: ImportProgress) => void;
}

/** Records read from each collection that had a file. */
export type ImportSummary = Partial<Record<Collection, number>>;

interface Checked<T> {
  line: number;
  record: T;
}

/** The file of a collection in the directory, or undefined. */
function collectionFile(directory: string, collection: Collection): string | undefined {
  return EXTENSIONS.map((extension) => path.join(directory, collection + extension)).find((file) => existsSync(file));
}

/** Reads and checks one collection; bad rows go to `problems`, and so do keys met twice. */
async function* checkedRecords<T>(
  collection: Collection,
  file: string,
  keyOf: (record: T) => string,
  problems: ImportProblems,
  onProgress?: ImportOptions['onProgress'],
): AsyncGenerator<Checked<T>> {
  const name = path.basename(file);
  const seen = new Set<string>();
  const totalBytes = statSync(file).size;
  let records = 0;
  let bytes = 0;
  const report = (read: number) => {
    bytes = read;
    onProgress?.({ collection, records, bytes, totalBytes });
  };
  for await (const row of readRecords(file, report)) {
    if ('problem' in row) {
      problems.add({ file: name, line: row.line, field: '(record)', problem: row.problem });
      continue;
    }
    const found = recordProblems(collection, row.value);
    for (const { field, problem } of found) problems.add({ file: name, line: row.line, field, problem });
    if (found.length > 0) continue;
    const record = row.value as T;
    const key = keyOf(record);
    if (seen.has(key)) {
      problems.add({ file: name, line: row.line, field: 'id', problem: `${key} is met twice` });
      continue;
    }
    seen.add(key);
    records++;
    yield { line: row.line, record };
  }
  onProgress?.({ collection, records, bytes: totalBytes, totalBytes });
}

async function collect<T>(records: AsyncIterable<Checked<T>>): Promise<Checked<T>[]> {
  const all: Checked<T>[] = [];
  for await (const record of records) all.push(record);
  return all;
}

function checkBands<T>(
  file: string,
  rows: readonly Checked<T>[],
  band: (row: T) => Band,
  problems: ImportProblems,
): void {
  for (const problem of bandProblems(rows.map(({ record }) => band(record)))) {
    const row = /row (\d+)/.exec(problem);
    problems.add({
      file: path.basename(file),
      line: row ? (rows[Number(row[1]) - 1]?.line ?? 1) : 1,
      field: 'bands',
      problem,
    });
  }
}

/** One import in one transaction. */
class CatalogueImport {
  readonly summary: ImportSummary = {};
  private readonly problems = new ImportProblems();

  constructor(
    private readonly client: pg.PoolClient,
    private readonly directory: string,
    private readonly options: ImportOptions,
  ) {}

  private file(collection: Collection): string | undefined {
    if (this.options.collections && !this.options.collections.includes(collection)) return undefined;
    return collectionFile(this.directory, collection);
  }

  private read<T>(collection: Collection, file: string, keyOf: (record: T) => string): AsyncGenerator<Checked<T>> {
    return checkedRecords<T>(collection, file, keyOf, this.problems, this.options.onProgress);
  }

  async run(): Promise<void> {
    await this.reference();
    await this.estates();
  }

  /** Stations, bands and phrases: small collections, read whole. */
  private async reference(): Promise<void> {
    const writer = new PostgresWriter(this.client, () => undefined);
    const stations = this.file('subway_stations');
    if (stations) {
      const rows = await collect(this.read<SubwayStation>('subway_stations', stations, ({ id }) => id));
      this.problems.refuse();
      await writer.stations(rows.map(({ record }) => record));
      this.summary.subway_stations = rows.length;
    }
    const squares = this.file('square_coeffs');
    if (squares) {
      const rows = await collect(
        this.read<SquareCoeff>('square_coeffs', squares, (row) => `${row.minArea}–${row.maxArea}`),
      );
      if (!this.problems.any) checkBands(squares, rows, areaBand, this.problems);
      this.problems.refuse();
      await writer.squareCoeffs(rows.map(({ record }) => ({ ...record, maxArea: record.maxArea ?? null })));
      this.summary.square_coeffs = rows.length;
    }
    const walks = this.file('way_to_subway_coeffs');
    if (walks) {
      const rows = await collect(
        this.read<WayToSubwayCoeff>('way_to_subway_coeffs', walks, (row) => `${row.minMeters}–${row.maxMeters}`),
      );
      if (!this.problems.any) checkBands(walks, rows, walkBand, this.problems);
      this.problems.refuse();
      await writer.wayToSubwayCoeffs(rows.map(({ record }) => ({ ...record, maxMeters: record.maxMeters ?? null })));
      this.summary.way_to_subway_coeffs = rows.length;
    }
    const messages = this.file('messages');
    if (messages) {
      const rows = await collect(this.read<Phrase>('messages', messages, ({ key }) => key));
      this.problems.refuse();
      await writer.messages(rows.map(({ record }) => record));
      this.summary.messages = rows.length;
    }
  }

  /** Buildings: streamed in batches; the next batch is read and checked while the previous one is being written. */
  private async estates(): Promise<void> {
    const file = this.file('estates');
    if (!file) return;
    const name = path.basename(file);
    const directory = await this.stationDirectory();
    const officialName = (station: string) => {
      const found = directory.lookup(station);
      return found.found && !found.typo ? found.name : undefined;
    };
    const writer = new PostgresWriter(this.client, officialName);
    let batch: Checked<Estate>[] = [];
    let writing: Promise<void> = Promise.resolve();
    let count = 0;
    const write = async (rows: Checked<Estate>[]) => {
      const taken = await writer.estates(rows.map(({ record }) => record));
      for (const { id, estateId } of taken) {
        const row = rows.find(({ record }) => record.lots.some((lot) => lot.id === id));
        this.problems.add({
          file: name,
          line: row?.line ?? 0,
          field: 'lots.id',
          problem: `${id} belongs to ${estateId}`,
        });
      }
    };
    const flush = async () => {
      await writing;
      const rows = batch;
      batch = [];
      writing = write(rows);
      // The failure is thrown by the next await; until then it must not count as unhandled.
      writing.catch(() => {});
    };
    for await (const row of this.read<Estate>('estates', file, ({ id }) => id)) {
      this.checkReferences(name, row, officialName, directory.stations.length > 0);
      count++;
      if (this.problems.any) continue;
      batch.push(row);
      if (batch.length === ESTATES_BATCH) await flush();
    }
    await writing;
    this.problems.refuse();
    if (batch.length > 0) await write(batch);
    this.problems.refuse();
    this.summary.estates = count;
  }

  private checkReferences(
    file: string,
    { line, record }: Checked<Estate>,
    officialName: (station: string) => string | undefined,
    stationsKnown: boolean,
  ): void {
    record.metro.forEach(({ station }, index) => {
      if (stationsKnown && officialName(station) === undefined) {
        this.problems.add({
          file,
          line,
          field: `metro[${index}].station`,
          problem: `«${station}» is not in subway_stations`,
        });
      }
    });
    const ids = new Set<string>();
    record.lots.forEach(({ id }, index) => {
      if (ids.has(id)) this.problems.add({ file, line, field: `lots[${index}].id`, problem: `${id} is met twice` });
      ids.add(id);
    });
  }

  private async stationDirectory(): Promise<StationDirectory> {
    return new StationDirectory(await new PostgresCatalogue(this.client).stations());
  }
}

/**
 * Validates and loads the collections that have a file in `directory` (`<collection>.json`, `.jsonl` or `.ndjson`), all or
 * nothing: one transaction, one import at a time. Records are matched by id: the same data again changes nothing, bands
 * are replaced as a whole, buildings and stations that are not in the files stay. Throws {@link ImportRefusedError}
 * with every bad row (the first 50), `INVALID_CATALOGUE` when no file is there.
 */
export async function importCatalogue(
  pool: pg.Pool,
  directory: string,
  options: ImportOptions = {},
): Promise<ImportSummary> {
  if (!COLLECTIONS.some((collection) => collectionFile(directory, collection))) {
    throw new EstatesError(
      'INVALID_CATALOGUE',
      `no collection found: expected ${COLLECTIONS.map((name) => `${name}.json`).join(', ')} (or .jsonl) in the directory`,
    );
  }
  return withTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
    const run = new CatalogueImport(client, directory, options);
    await run.run();
    return run.summary;
  });
}

/**
 * Fills the collections that are empty from `directory`: what a first start does. What somebody has loaded or edited is
 * left alone. Several processes may call it at once. Returns what was loaded now.
 */
export async function seedCatalogue(pool: pg.Pool, directory: string): Promise<ImportSummary> {
  const { rows } = await pool.query<{ collection: Collection; empty: boolean }>(
    COLLECTIONS.map((name) => `select '${name}' as collection, not exists (select from ${name}) as empty`).join(
      ' union all ',
    ),
  );
  const empty = rows.filter((row) => row.empty && collectionFile(directory, row.collection));
  if (empty.length === 0) return {};
  return importCatalogue(pool, directory, { collections: empty.map(({ collection }) => collection) });
}
