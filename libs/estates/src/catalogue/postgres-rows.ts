import { fromKopecks, lotTotalKopecks } from '../money.js';
import type { Estate, Lot, LotHit, SubwayStation } from '../types.js';

/** Columns of `lots l` as the Lot record of the types; numeric becomes JSON number without loss at two decimals. */
export const LOT_JSON = `jsonb_strip_nulls(jsonb_build_object(
  'id', l.id, 'deal', l.deal, 'area', l.area, 'price', l.price, 'vatIncluded', l.vat_included, 'floor', l.floor,
  'fitOut', l.fit_out, 'layout', l.layout, 'availableFrom', l.available_from, 'monthlyRent', l.monthly_rent,
  'description', l.description, 'status', l.status))`;

export const ESTATE_COLUMNS = `e.id, e.name, e.address, e.lat, e.lon, e.district, e.kind, e.class, e.readiness, e.floors,
  e.metro, e.photos, e.updated_at`;

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
