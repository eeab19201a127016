import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CatalogueWriter, ReadEstate, TakenLot } from '../catalogue/catalogue-store.js';
import { readinessOrder } from '../readiness.js';
import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';
import { arrayLiteral, copyRow } from './copy-text.js';
import { mergeEstates, STAGED_ESTATES, STAGED_LOTS } from './postgres-merge.js';

/** Writes checked records inside the caller's transaction: small tables at once, buildings through staging tables. */
export class PostgresWriter implements CatalogueWriter {
  private staging = false;

  constructor(private readonly client: pg.ClientBase) {}

  async stations(stations: readonly SubwayStation[]): Promise<void> {
    await this.client.query(
      `insert into subway_stations
       select r.id, r.name, r.aliases, r.line, r.lat, r.lon, r."priceA", r."priceB", r."rentA", r."rentB", r."averageCadastralValue"
       from json_to_recordset($1::json) as r (id text, name text, aliases jsonb, line text, lat float8, lon float8,
         "priceA" numeric, "priceB" numeric, "rentA" numeric, "rentB" numeric, "averageCadastralValue" numeric)
       on conflict (id) do update set name = excluded.name, aliases = excluded.aliases, line = excluded.line,
         lat = excluded.lat, lon = excluded.lon, price_a = excluded.price_a, price_b = excluded.price_b,
         rent_a = excluded.rent_a, rent_b = excluded.rent_b, average_cadastral_value = excluded.average_cadastral_value
       where subway_stations is distinct from excluded`,
      [JSON.stringify(stations)],
    );
  }

  async squareCoeffs(rows: readonly SquareCoeff[]): Promise<void> {
    await this.client.query('delete from square_coeffs');
    await this.client.query(
      `insert into square_coeffs select r."minArea", r."maxArea", r.coefficient
       from json_to_recordset($1::json) as r ("minArea" numeric, "maxArea" numeric, coefficient numeric)`,
      [JSON.stringify(rows)],
    );
  }

  async wayToSubwayCoeffs(rows: readonly WayToSubwayCoeff[]): Promise<void> {
    await this.client.query('delete from way_to_subway_coeffs');
    await this.client.query(
      `insert into way_to_subway_coeffs select r."minMeters", r."maxMeters", r.coefficient
       from json_to_recordset($1::json) as r ("minMeters" numeric, "maxMeters" numeric, coefficient numeric)`,
      [JSON.stringify(rows)],
    );
  }

  async messages(phrases: readonly Phrase[]): Promise<void> {
    await this.client.query(
      `insert into messages (key, text, buttons)
       select r.key, r.text, coalesce(r.buttons, '[]') from json_to_recordset($1::json) as r (key text, text text, buttons jsonb)
       on conflict (key) do update set text = excluded.text, buttons = excluded.buttons
       where (messages.text, messages.buttons) is distinct from (excluded.text, excluded.buttons)`,
      [JSON.stringify(phrases)],
    );
  }

  async estates(batch: readonly ReadEstate[], stationKeysOf: (estate: Estate) => string[]): Promise<TakenLot[]> {
    if (!this.staging) await this.client.query(`${STAGED_ESTATES}; ${STAGED_LOTS}`);
    this.staging = true;
    let buildings = '';
    let lots = '';
    for (const { line, estate } of batch) {
      buildings += estateRow(line, estate);
      lots += lotRows(line, estate, arrayLiteral(stationKeysOf(estate)));
    }
    await this.copy('staged_estates', buildings);
    await this.copy('staged_lots', lots);
    return [];
  }

  async finishEstates(): Promise<TakenLot[]> {
    return this.staging ? mergeEstates(this.client) : [];
  }

  private async copy(table: string, rows: string): Promise<void> {
    await pipeline(Readable.from([Buffer.from(rows)]), this.client.query(copyFrom(`copy ${table} from stdin`)));
  }
}

const estateRow = (line: number, estate: Estate): string =>
  copyRow([
    line,
    estate.id,
    estate.name,
    estate.address,
    estate.lat,
    estate.lon,
    estate.district,
    estate.kind,
    estate.class,
    estate.readiness,
    estate.floors,
    JSON.stringify(estate.metro),
    JSON.stringify(estate.photos),
    new Date(estate.updatedAt).toISOString(),
  ]);

function lotRows(line: number, estate: Estate, stationKeys: string): string {
  const order = readinessOrder(estate.readiness);
  let rows = '';
  estate.lots.forEach((lot, position) => {
    rows += copyRow([
      line,
      lot.id,
      estate.id,
      position,
      lot.deal,
      lot.area,
      lot.price,
      lot.vatIncluded,
      lot.floor,
      lot.fitOut,
      lot.layout,
      lot.availableFrom,
      lot.monthlyRent ?? null,
      lot.description,
      lot.status,
      estate.kind,
      estate.district,
      estate.class,
      order,
      stationKeys,
    ]);
  });
  return rows;
}
