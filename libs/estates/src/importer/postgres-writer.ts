import type pg from 'pg';
import { readinessOrder } from '../readiness.js';
import { stationKey } from '../stations/station-name.js';
import type { Estate, Phrase, SquareCoeff, SubwayStation, WayToSubwayCoeff } from '../types.js';

/** Lots whose id already belongs to another building. */
export interface TakenLot {
  id: string;
  estateId: string;
}

/** Writes checked records inside the caller's transaction. Rows that did not change are not touched. */
export class PostgresWriter {
  constructor(
    private readonly client: pg.ClientBase,
    /** Official name of a station by any of its names, or undefined. */
    private readonly officialName: (station: string) => string | undefined,
  ) {}

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

  /** Replaces the table: bands are only sound together. */
  async squareCoeffs(rows: readonly SquareCoeff[]): Promise<void> {
    await this.client.query('delete from square_coeffs');
    await this.client.query(
      `insert into square_coeffs select r."minArea", r."maxArea", r.coefficient
       from json_to_recordset($1::json) as r ("minArea" numeric, "maxArea" numeric, coefficient numeric)`,
      [JSON.stringify(rows)],
    );
  }

  /** Replaces the table: bands are only sound together. */
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

  /** Writes buildings with exactly their lots. Returns lots refused because another building has them. */
  async estates(estates: readonly Estate[]): Promise<TakenLot[]> {
    const buildings = JSON.stringify(estates.map(({ lots: _lots, ...building }) => building));
    const lots = JSON.stringify(estates.flatMap((estate) => this.lotRows(estate)));
    const ids = estates.map(({ id }) => id);
    await this.client.query({
      name: 'estates-import-estates',
      text: `insert into estates (id, name, address, lat, lon, district, kind, class, readiness, floors, metro, photos, updated_at)
       select r.id, r.name, r.address, r.lat, r.lon, r.district, r.kind, r.class, r.readiness, r.floors, r.metro, r.photos, r."updatedAt"
       from json_to_recordset($1::json) as r (id text, name text, address text, lat float8, lon float8, district text,
         kind text, class text, readiness text, floors int, metro jsonb, photos jsonb, "updatedAt" timestamptz)
       on conflict (id) do update set name = excluded.name, address = excluded.address, lat = excluded.lat,
         lon = excluded.lon, district = excluded.district, kind = excluded.kind, class = excluded.class,
         readiness = excluded.readiness, floors = excluded.floors, metro = excluded.metro, photos = excluded.photos,
         updated_at = excluded.updated_at, revision = pg_current_xact_id()
       where (estates.name, estates.address, estates.lat, estates.lon, estates.district, estates.kind, estates.class,
         estates.readiness, estates.floors, estates.metro, estates.photos, estates.updated_at) is distinct from
         (excluded.name, excluded.address, excluded.lat, excluded.lon, excluded.district, excluded.kind, excluded.class,
         excluded.readiness, excluded.floors, excluded.metro, excluded.photos, excluded.updated_at)`,
      values: [buildings],
    });
    const { rows } = await this.client.query<{ id: string; estate_id: string }>({
      name: 'estates-import-lots',
      text: `with incoming as materialized (
         select * from json_to_recordset($1::json) as r (id text, estate_id text, position int, deal text, area numeric,
           price numeric, vat_included bool, floor int, fit_out text, layout text, available_from date,
           monthly_rent numeric, description text, status text, kind text, district text, class text,
           readiness_order int, station_keys text[])
       ), taken as (
         select l.id, l.estate_id from incoming i join lots l on l.id = i.id where l.estate_id <> i.estate_id
       ), removed as (
         delete from lots l where l.estate_id = any($2::text[])
           and not exists (select from incoming i where i.id = l.id) returning l.estate_id
       ), written as (
         insert into lots (id, estate_id, position, deal, area, price, vat_included, floor, fit_out, layout,
           available_from, monthly_rent, description, status, kind, district, class, readiness_order, station_keys)
         select i.id, i.estate_id, i.position, i.deal, i.area, i.price, i.vat_included, i.floor, i.fit_out, i.layout,
           i.available_from, i.monthly_rent, i.description, i.status, i.kind, i.district, i.class, i.readiness_order, i.station_keys
         from incoming i
         on conflict (id) do update set position = excluded.position, deal = excluded.deal, area = excluded.area,
           price = excluded.price, vat_included = excluded.vat_included, floor = excluded.floor, fit_out = excluded.fit_out,
           layout = excluded.layout, available_from = excluded.available_from, monthly_rent = excluded.monthly_rent,
           description = excluded.description, status = excluded.status, kind = excluded.kind, district = excluded.district,
           class = excluded.class, readiness_order = excluded.readiness_order, station_keys = excluded.station_keys
         where lots is distinct from excluded returning estate_id
       ), touched as (
         update estates e set revision = pg_current_xact_id()
         where e.id in (select estate_id from removed union select estate_id from written)
           and e.revision <> pg_current_xact_id()
       )
       select id, estate_id from taken order by id`,
      values: [lots, ids],
    });
    return rows.map((row) => ({ id: row.id, estateId: row.estate_id }));
  }

  private lotRows(estate: Estate) {
    const stationKeys = [
      ...new Set(estate.metro.map(({ station }) => stationKey(this.officialName(station) ?? station))),
    ].sort();
    return estate.lots.map((lot, position) => ({
      id: lot.id,
      estate_id: estate.id,
      position,
      deal: lot.deal,
      area: lot.area,
      price: lot.price,
      vat_included: lot.vatIncluded,
      floor: lot.floor,
      fit_out: lot.fitOut,
      layout: lot.layout,
      available_from: lot.availableFrom,
      monthly_rent: lot.monthlyRent ?? null,
      description: lot.description,
      status: lot.status,
      kind: estate.kind,
      district: estate.district,
      class: estate.class,
      readiness_order: readinessOrder(estate.readiness),
      station_keys: stationKeys,
    }));
  }
}
