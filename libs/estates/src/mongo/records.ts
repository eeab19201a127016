import { divideHalfUp, fromKopecks, lotTotalKopecks, scaleDecimal, toKopecks } from '../money.js';
import { readinessOrder } from '../readiness.js';
import type { Estate, Lot, LotHit, Phrase, SubwayStation } from '../types.js';
import type { EstateRecord, LotRecord, LotSearchRow, MessageRecord, StationRecord } from './schemas.js';

function lotRecord(lot: Lot): LotRecord {
  return {
    id: lot.id,
    deal: lot.deal,
    area: lot.area,
    price: lot.price,
    vatIncluded: lot.vatIncluded,
    floor: lot.floor,
    fitOut: lot.fitOut,
    layout: lot.layout,
    availableFrom: lot.availableFrom,
    ...(lot.monthlyRent != null && { monthlyRent: lot.monthlyRent }),
    description: lot.description,
    status: lot.status,
  };
}

/** The stored form of a building; unknown fields are left behind. */
export function estateRecord(estate: Estate, revision: number): EstateRecord {
  return {
    _id: estate.id,
    name: estate.name,
    address: estate.address,
    lat: estate.lat,
    lon: estate.lon,
    location: { type: 'Point', coordinates: [estate.lon, estate.lat] },
    district: estate.district,
    kind: estate.kind,
    class: estate.class,
    readiness: estate.readiness,
    floors: estate.floors,
    metro: estate.metro.map(({ station, walkMeters }) => ({ station, walkMeters })),
    photos: [...estate.photos],
    updatedAt: new Date(estate.updatedAt),
    lots: estate.lots.map(lotRecord),
    revision,
  };
}

function estateFacts(record: Omit<EstateRecord, 'lots'>): Omit<Estate, 'lots'> {
  return {
    id: record._id,
    name: record.name,
    address: record.address,
    lat: record.lat,
    lon: record.lon,
    district: record.district,
    kind: record.kind,
    class: record.class,
    readiness: record.readiness,
    floors: record.floors,
    metro: record.metro,
    photos: record.photos,
    updatedAt: record.updatedAt.toISOString(),
  };
}

export const estateOf = (record: EstateRecord): Estate => ({
  ...estateFacts(record),
  lots: record.lots.map(lotRecord),
});

/** The lot of a building by its id, or null. */
export function lotHitOf(record: EstateRecord, lotId: string): LotHit | null {
  const lot = record.lots.find(({ id }) => id === lotId);
  if (!lot) return null;
  const total = fromKopecks(lotTotalKopecks(lot.deal, lot.price, lot.area));
  return { lot: lotRecord(lot), estate: estateFacts(record), total };
}

/** What searches filter a building's lots by. */
export function searchRows(estate: Estate, stationKeys: readonly string[]): LotSearchRow[] {
  const order = readinessOrder(estate.readiness);
  return estate.lots.map((lot) => ({
    _id: lot.id,
    estateId: estate.id,
    status: lot.status,
    deal: lot.deal,
    kind: estate.kind,
    class: estate.class,
    district: estate.district,
    area: lot.area,
    price: lot.price,
    totalKopecks: lotTotalKopecks(lot.deal, lot.price, lot.area),
    wholeKopecks: divideHalfUp(toKopecks(lot.price) * scaleDecimal(lot.area, 2), 100n),
    fitOut: lot.fitOut,
    readinessOrder: order,
    stationKeys: [...stationKeys],
  }));
}

export const stationRecord = ({ id, ...station }: SubwayStation): StationRecord => ({
  _id: id,
  name: station.name,
  aliases: [...station.aliases],
  line: station.line,
  lat: station.lat,
  lon: station.lon,
  priceA: station.priceA,
  priceB: station.priceB,
  rentA: station.rentA,
  rentB: station.rentB,
  averageCadastralValue: station.averageCadastralValue,
});

export const stationOf = ({ _id, ...station }: StationRecord): SubwayStation => ({ id: _id, ...station });

export const messageRecord = ({ key, text, buttons }: Phrase): MessageRecord => ({
  _id: key,
  text,
  buttons: (buttons ?? []).map((button) => ({ text: button.text, payload: button.payload })),
});

export const phraseOf = ({ _id, text, buttons }: MessageRecord): Phrase => ({ key: _id, text, buttons: buttons ?? [] });
