import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createPostgresCatalogue } from '../catalogue/postgres-catalogue.js';
import { PostgresStore } from '../catalogue/postgres-store.js';
import { generateCatalogue } from '../generator/generate.js';
import { Random } from '../generator/random.js';
import { importCatalogue } from '../importer/import-catalogue.js';
import { StationDirectory } from '../stations/station-directory.js';
import type { Deal, EstateClass, EstateKind } from '../types.js';
import { AnalogIndex } from './analog-index.js';
import { type AnalogRequest, lotDistance } from './analog-request.js';
import { partitionOf } from './lot-columns.js';
import { ANALOG_ORACLE_TABLE, analogOracle } from './postgres-oracle.js';

const ESTATES = 3_000;
const QUERIES = 1_000;

describe('analogs against PostgreSQL', () => {
  let database: TestDatabase;
  let directory: string;
  let index: AnalogIndex;
  let stations: StationDirectory;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    directory = await mkdtemp(path.join(tmpdir(), 'estates-'));
    await generateCatalogue({ estates: ESTATES, seed: 7, directory });
    await importCatalogue(new PostgresStore(database.pool), directory);
    const catalogue = createPostgresCatalogue(database.pool);
    index = await AnalogIndex.open(catalogue);
    stations = new StationDirectory(await catalogue.stations());
    await database.pool.query(ANALOG_ORACLE_TABLE);
  });

  afterAll(async () => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  function randomRequest(random: Random): AnalogRequest {
    const some = (share: number) => random.next() < share;
    const located = some(0.75);
    const area = Math.round(Math.exp(random.between(3, 7)) * 10) / 10;
    const price = Math.round(random.between(8_000, 500_000));
    return {
      deal: random.pick<Deal>(['rent', 'sale']),
      kind: random.pick<EstateKind>(['office', 'retail', 'warehouse']),
      k: random.integer(1, 40),
      subject: {
        area,
        ...(located && { lat: random.between(55.6, 55.88), lon: random.between(37.4, 37.82) }),
        ...(some(0.7) && { class: random.pick<EstateClass>(['A', 'B+', 'B', 'C']) }),
        ...(some(0.6) && { walkMeters: random.integer(50, 2_000) }),
        ...(some(0.5) && { floor: random.integer(-1, 12) }),
        ...(some(0.5) && { fitOut: random.pick(['shell', 'partial', 'ready'] as const) }),
        ...(some(0.4) && { readiness: random.pick(['ready', '2027-Q2', '2028-Q4']) }),
        ...(some(0.4) && { pricePerM2: price }),
      },
      filters: {
        ...(some(0.5) && { areaMin: area * 0.5, areaMax: area * 2 }),
        ...(some(0.3) && { priceMin: price * 0.4, priceMax: price * 1.6 }),
        ...(some(0.3) && { classes: random.pick<EstateClass[]>([['A'], ['A', 'B+'], ['B', 'C']]) }),
        ...(some(0.2) && { districts: random.pick([['ЦАО'], ['САО', 'СВАО'], ['нет такого']]) }),
        ...(located && some(0.3) && { radiusMeters: random.integer(500, 8_000) }),
        ...(some(0.2) && { readyOnly: true }),
        ...(some(0.2) && { walkMax: random.integer(200, 1_500) }),
      },
      ...(some(0.5) && {
        weights: {
          location: random.between(0, 3),
          area: random.between(0, 3),
          class: random.pick([0, 1]),
          price: random.next(),
        },
      }),
    };
  }

  async function mismatches(queries: number, seed: number): Promise<string[]> {
    const random = new Random(seed);
    const wrong: string[] = [];
    for (let i = 0; i < queries; i++) {
      const request = randomRequest(random);
      const distance = lotDistance(request, index.snapshot, stations);
      const partition = partitionOf(request.deal, request.kind);
      const found = index.snapshot.nearest(partition, distance, request.k!).rows;
      const ids = found.map(({ rows, row }) => rows.id(row));
      const { text, values } = analogOracle(request, distance);
      const { rows } = await database.pool.query<{ id: string; total: string }>(text, values);
      const total = index.snapshot.count(partition, distance);
      if (JSON.stringify(ids) !== JSON.stringify(rows.map(({ id }) => id)) || total !== Number(rows[0]?.total ?? 0)) {
        wrong.push(JSON.stringify(request));
      }
    }
    return wrong;
  }

  it(`gives the ids and totals of ORDER BY on ${QUERIES} random queries`, async () => {
    expect(index.snapshot.length).toBeGreaterThan(10_000);
    expect(index.snapshot.bytes / index.snapshot.length).toBeLessThanOrEqual(60);
    expect(await mismatches(QUERIES, 11)).toEqual([]);
  });

  it('stays exact through changes, new and removed lots, and a version tells them apart', async () => {
    const before = index.snapshot.version;
    await database.pool.query(
      `update lots set price = price * 1.1, floor = 1 where estate_id in (select id from estates order by id limit 200)`,
    );
    await database.pool.query(
      `update lots set status = 'withdrawn' where estate_id in (select id from estates order by id offset 200 limit 50)`,
    );
    await database.pool.query(
      `update estates set revision = pg_current_xact_id() where id in (select id from estates order by id limit 250)`,
    );
    // Changes wait for transactions begun before them, also those of other suites on the same server.
    await expect
      .poll(
        async () => {
          await index.refresh();
          return index.snapshot.version;
        },
        { timeout: 15_000 },
      )
      .not.toBe(before);
    await database.pool.query(`drop table analog_oracle`);
    await database.pool.query(ANALOG_ORACLE_TABLE);
    expect(await mismatches(150, 12)).toEqual([]);
  });
});
