import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import {
  ANALOG_ORACLE_TABLE,
  AnalogIndex,
  type AnalogRequest,
  analogOracle,
  createPostgresCatalogue,
  type EstateClass,
  generateCatalogue,
  importCatalogue,
  lotDistance,
  PostgresStore,
  partitionOf,
  StationDirectory,
} from '#libs/estates';
import { createPool, migrate, mulberry32 } from '#libs/platform';
import type { BenchReport } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';

/** Buildings for about 10k, 100k and 1M available lots. */
const SIZES = [
  ['10k', 2_200],
  ['100k', 22_000],
  ['1M', 218_000],
] as const;
const QUERIES = 200;
const REPEATS = 3;
const K = 20;

/** Four kinds in turn, as in the design: a valuation, a client's offer, no location, a rare wish. */
function requestOf(index: number, random: () => number): AnalogRequest {
  const kind = (['office', 'retail'] as const)[Math.floor(random() * 2)]!;
  const deal = (['rent', 'sale'] as const)[Math.floor(random() * 2)]!;
  const area = Math.exp(4.9 + 0.8 * (random() + random() + random() - 1.5));
  const point = { lat: 55.65 + 0.2 * random(), lon: 37.45 + 0.33 * random() };
  const estateClass = (['A', 'B+', 'B', 'C'] as const)[Math.floor(random() * 4)]!;
  const around: Record<EstateClass, EstateClass[]> = {
    A: ['A', 'B+'],
    'B+': ['A', 'B+', 'B'],
    B: ['B+', 'B', 'C'],
    C: ['B', 'C'],
  };
  const price = (deal === 'sale' ? 250_000 : 24_000) * (0.6 + random());
  const walkMeters = Math.round(100 + 1_000 * random());
  const floor = 1 + Math.floor(6 * random());
  const base = { deal, kind, k: K } as const;
  const subject = { ...point, area, class: estateClass, walkMeters, floor, fitOut: 'ready' } as const;
  switch (index % 4) {
    case 0:
      return { ...base, subject, filters: { areaMin: area / 2, areaMax: area * 2, classes: around[estateClass] } };
    case 1:
      return {
        ...base,
        subject: { ...subject, pricePerM2: price },
        filters: {
          areaMin: area * 0.78,
          areaMax: area * 1.22,
          classes: [estateClass],
          priceMax: price * 1.1,
          walkMax: 1_000,
        },
      };
    case 2:
      return { ...base, subject: { area, class: estateClass, walkMeters, floor, fitOut: 'ready', pricePerM2: price } };
    default:
      return {
        ...base,
        subject: { ...subject, pricePerM2: price * 0.6 },
        filters: { priceMax: price * 0.6, walkMax: 300 },
      };
  }
}

const percentile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

/** The best of a few repeats, in milliseconds: other work on the machine only adds. */
function best(work: () => void, repeats = REPEATS): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

async function measure(report: BenchReport, size: string, estates: number, pool: pg.Pool): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-analogs-'));
  try {
    await generateCatalogue({ estates, seed: 1, directory });
    const importing = performance.now();
    await importCatalogue(new PostgresStore(pool), directory);
    report.add(`${size} import`, (performance.now() - importing) / 1_000, 's', 1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const catalogue = createPostgresCatalogue(pool);
  const building = performance.now();
  const { snapshot } = await AnalogIndex.open(catalogue);
  report.add(`${size} snapshot from the database`, (performance.now() - building) / 1_000, 's', 1);
  report.add(`${size} rows`, snapshot.length, 'rows', 1);
  report.add(`${size} memory`, snapshot.bytes / snapshot.length, 'B/row', snapshot.length);
  report.add(`${size} resident set`, process.memoryUsage.rss() / 1e6, 'MB', 1);
  await pool.query('drop table if exists analog_oracle');
  await pool.query(ANALOG_ORACLE_TABLE);
  await pool.query('vacuum analyze analog_oracle');

  const stations = new StationDirectory([]);
  const random = mulberry32(42);
  const requests = Array.from({ length: QUERIES }, (_, index) => requestOf(index, random));
  const times: Record<'ours' | 'with total' | 'full scan' | 'PostgreSQL', number[]> = {
    ours: [],
    'with total': [],
    'full scan': [],
    PostgreSQL: [],
  };
  const read: number[] = [];
  let mismatches = 0;
  for (const request of requests) {
    const distance = lotDistance(request, snapshot, stations);
    const partition = partitionOf(request.deal, request.kind);
    const found = snapshot.nearest(partition, distance, K);
    read.push(found.rowsRead);
    times.ours.push(best(() => snapshot.nearest(partition, distance, K)));
    times['with total'].push(
      best(() => {
        snapshot.nearest(partition, distance, K);
        snapshot.count(partition, distance);
      }),
    );
    times['full scan'].push(best(() => snapshot.nearestByScan(partition, distance, K), 1));
    const { text, values } = analogOracle(request, distance, { total: false });
    const asked = performance.now();
    const { rows } = await pool.query<{ id: string }>(text, values);
    times.PostgreSQL.push(performance.now() - asked);
    const ids = found.rows.map(({ rows: columns, row }) => columns.id(row));
    if (JSON.stringify(ids) !== JSON.stringify(rows.map(({ id }) => id))) mismatches++;
  }
  for (const [name, values] of Object.entries(times)) {
    report.add(`${size} ${name} p50`, percentile(values, 0.5), 'ms', QUERIES);
    report.add(`${size} ${name} p95`, percentile(values, 0.95), 'ms', QUERIES);
  }
  report.add(
    `${size} PostgreSQL / ours p50`,
    percentile(times.PostgreSQL, 0.5) / percentile(times.ours, 0.5),
    '×',
    QUERIES,
  );
  report.add(`${size} rows read p50`, percentile(read, 0.5), 'rows', QUERIES);
  report.add(`${size} rows read p95`, percentile(read, 0.95), 'rows', QUERIES);
  report.add(`${size} mismatches`, mismatches, 'queries', QUERIES);
}

/**
 * Analog search at 10k, 100k and 1M lots: ours, a scan of the partition, and PostgreSQL's ORDER BY over a covering index, in
 * one run over the same rows; and the import and the snapshot they come from.
 */
export async function run(report: BenchReport): Promise<void> {
  const server = await startThrowawayPostgres();
  const pool = createPool({ url: server.url });
  try {
    await migrate(pool);
    for (const [size, estates] of SIZES) await measure(report, size, estates, pool);
  } finally {
    await pool.end();
    await server.stop();
  }
}
