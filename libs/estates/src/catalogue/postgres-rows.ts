import { fromKopecks, lotTotalKopecks } from '../money.js';
import type { Estate, Lot, LotHit, SubwayStation } from '../types.js';

/** Columns of `lots l` as the Lot record of the types; numeric becomes JSON number without loss at two decimals. */
export const LOT_JSON = `jsonb_strip_nulls(jsonb_build_object(
  'id', l.id, 'deal', l.deal, 'area', l.area, 'price', l.price, 'vatIncluded', l.vat_included, 'floor', l.floor,
  'fitOut', l.fit_out, 'layout', l.layout, 'availableFrom', l.available_from, 'monthlyRent', l.monthly_rent,
  'description', l.description, 'status', l.status))`;

export const ESTATE_COLUMNS = `e.id, e.name, e.address, e.lat, e.lon, e.district, e.kind, e.class, e.readiness, e.floors,
  e.metro, e.photos, e.updated_at`;

/** Columns of `lots l` as they are: several times cheaper for the server than JSON, for reading all of them. */
export const LOT_COLUMNS = `l.estate_id, l.id, l.deal, l.area::float8 as area, l.price::float8 as price, l.vat_included, l.floor,
  l.fit_out, l.layout, l.available_from::text as available_from, l.monthly_rent::float8 as monthly_rent, l.description, l.status`;

export interface LotRow {
  estate_id: string;
  id: string;
  deal: Lot['deal'];
  area: number;
  price: number;
  vat_included: boolean;
  floor: number;
  fit_out: Lot['fitOut'];
  layout: string;
  available_from: string;
  monthly_rent: number | null;
  description: string;
  status: Lot['status'];
}

const lotOf = (row: LotRow): Lot => ({
  id: row.id,
  deal: row.deal,
  area: row.area,
  price: row.price,
  vatIncluded: row.vat_included,
  floor: row.floor,
  fitOut: row.fit_out,
  layout: row.layout,
  availableFrom: row.available_from,
  ...(row.monthly_rent !== null && { monthlyRent: row.monthly_rent }),
  description: row.description,
  status: row.status,
});

/** Puts lots into their buildings, in the order they come; lots of a building that was written in between are left out. */
export function estatesOf(estates: readonly EstateRow[], lots: readonly LotRow[]): Estate[] {
  const result = new Map<string, Estate>(estates.map((row) => [row.id, { ...estateFacts(row), lots: [] }]));
  for (const row of lots) result.get(row.estate_id)?.lots.push(lotOf(row));
  return [...result.values()];
}

/** A building with its lots in their own order. */
export const ESTATE_WITH_LOTS = `${ESTATE_COLUMNS}, coalesce(
  (select jsonb_agg(${LOT_JSON} order by l.position) from lots l where l.estate_id = e.id), '[]') as lots`;

export type EstateRow = Omit<Estate, 'updatedAt' | 'lots'> & { updated_at: Date };

export interface StationRow {
  id: string;
  name: string;
  aliases: string[];
  line: string;
  lat: number;
  lon: number;
  price_a: string;
  price_b: string;
  rent_a: string;
  rent_b: string;
  average_cadastral_value: string;
}

function estateFacts(row: EstateRow): Omit<Estate, 'lots'> {
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    lat: row.lat,
    lon: row.lon,
    district: row.district,
    kind: row.kind,
    class: row.class,
    readiness: row.readiness,
    floors: row.floors,
    metro: row.metro,
    photos: row.photos,
    updatedAt: row.updated_at.toISOString(),
  };
}

export const estateOf = (row: EstateRow & { lots: Lot[] }): Estate => ({ ...estateFacts(row), lots: row.lots });

export function lotHitOf(row: EstateRow & { lot: Lot }): LotHit {
  const { lot } = row;
  return { lot, estate: estateFacts(row), total: fromKopecks(lotTotalKopecks(lot.deal, lot.price, lot.area)) };
}

export const stationOf = (row: StationRow): SubwayStation => ({
  id: row.id,
  name: row.name,
  aliases: row.aliases,
  line: row.line,
  lat: row.lat,
  lon: row.lon,
  priceA: Number(row.price_a),
  priceB: Number(row.price_b),
  rentA: Number(row.rent_a),
  rentB: Number(row.rent_b),
  averageCadastralValue: Number(row.average_cadastral_value),
});
