import { Prop, raw, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Deal, EstateClass, EstateKind, FitOut, LotStatus, MetroWalk } from '../types.js';

const DEALS = ['rent', 'sale'];
const KINDS = ['office', 'retail', 'warehouse'];
const CLASSES = ['A', 'B+', 'B', 'C'];
const FIT_OUTS = ['shell', 'partial', 'ready'];
const STATUSES = ['available', 'reserved', 'withdrawn'];
const READINESS = /^(?:ready|\d{4}-Q[1-4])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const text = (maxlength: number) => ({ type: String, required: true, maxlength });
const number = (min: number, max: number) => ({ type: Number, required: true, min, max });
const oneOf = (values: string[]) => ({ type: String, required: true, enum: values });

/** A lot inside its building, as it was imported. */
@Schema({ _id: false, id: false })
export class LotRecord {
  @Prop(text(128)) id!: string;
  @Prop(oneOf(DEALS)) deal!: Deal;
  @Prop(number(0.01, 10_000_000)) area!: number;
  @Prop(number(0.01, 40_000_000)) price!: number;
  @Prop({ type: Boolean, required: true }) vatIncluded!: boolean;
  @Prop(number(-20, 300)) floor!: number;
  @Prop(oneOf(FIT_OUTS)) fitOut!: FitOut;
  // Mongoose takes an empty text of a required field for a missing one.
  @Prop({ type: String, maxlength: 500 }) layout!: string;
  @Prop({ type: String, required: true, match: DAY }) availableFrom!: string;
  @Prop({ type: Number, min: 0.01 }) monthlyRent?: number;
  @Prop({ type: String, maxlength: 20_000 }) description!: string;
  @Prop(oneOf(STATUSES)) status!: LotStatus;
}

/** A building with its lots; `_id` is the record's id. */
@Schema({ collection: 'estates', versionKey: false, id: false })
export class EstateRecord {
  @Prop(text(128)) _id!: string;
  @Prop(text(500)) name!: string;
  @Prop(text(1_000)) address!: string;
  @Prop(number(-90, 90)) lat!: number;
  @Prop(number(-180, 180)) lon!: number;
  /** GeoJSON of lat and lon, for queries on a map. */
  @Prop(raw({ type: { type: String, enum: ['Point'] }, coordinates: { type: [Number] } }))
  location!: { type: 'Point'; coordinates: [number, number] };
  @Prop(text(100)) district!: string;
  @Prop(oneOf(KINDS)) kind!: EstateKind;
  @Prop(oneOf(CLASSES)) class!: EstateClass;
  @Prop({ type: String, required: true, match: READINESS }) readiness!: string;
  @Prop(number(1, 300)) floors!: number;
  @Prop({ type: [raw({ _id: false, station: text(200), walkMeters: number(0, 100_000) })], required: true })
  metro!: MetroWalk[];
  @Prop({ type: [String], required: true }) photos!: string[];
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: [SchemaFactory.createForClass(LotRecord)], required: true }) lots!: LotRecord[];
  /** Number of the import's batch that wrote the building and its search rows, negated while they are being written; absent when written by hand. */
  @Prop({ type: Number }) revision?: number;
}

/**
 * A lot as searches filter it, one document a lot: derived from `estates` by the importer (and after an edit by hand by whoever
 * notices it first), never edited. Totals are whole kopecks: a lot of a million square metres passes 2^53.
 */
@Schema({ collection: 'lots', versionKey: false, id: false })
export class LotSearchRow {
  @Prop(text(128)) _id!: string;
  @Prop(text(128)) estateId!: string;
  @Prop(oneOf(STATUSES)) status!: LotStatus;
  @Prop(oneOf(DEALS)) deal!: Deal;
  @Prop(oneOf(KINDS)) kind!: EstateKind;
  @Prop(oneOf(CLASSES)) class!: EstateClass;
  @Prop(text(100)) district!: string;
  @Prop({ type: Number, required: true }) area!: number;
  @Prop({ type: Number, required: true }) price!: number;
  /** Sale: the lot; rent: a month. */
  @Prop({ type: BigInt, required: true }) totalKopecks!: bigint;
  /** Sale: the lot; rent: a year. */
  @Prop({ type: BigInt, required: true }) wholeKopecks!: bigint;
  @Prop(oneOf(FIT_OUTS)) fitOut!: FitOut;
  @Prop({ type: Number, required: true }) readinessOrder!: number;
  @Prop({ type: [String], required: true }) stationKeys!: string[];
}

@Schema({ collection: 'subway_stations', versionKey: false, id: false })
export class StationRecord {
  @Prop(text(128)) _id!: string;
  @Prop(text(200)) name!: string;
  @Prop({ type: [String], required: true }) aliases!: string[];
  @Prop(text(200)) line!: string;
  @Prop(number(-90, 90)) lat!: number;
  @Prop(number(-180, 180)) lon!: number;
  @Prop({ type: Number, required: true, min: 0.01 }) priceA!: number;
  @Prop({ type: Number, required: true, min: 0.01 }) priceB!: number;
  @Prop({ type: Number, required: true, min: 0.01 }) rentA!: number;
  @Prop({ type: Number, required: true, min: 0.01 }) rentB!: number;
  @Prop({ type: Number, required: true, min: 0 }) averageCadastralValue!: number;
}

/** `_id` is the lower bound: bands that begin alike would overlap. */
@Schema({ collection: 'square_coeffs', versionKey: false, id: false })
export class SquareCoeffRecord {
  @Prop({ type: Number, required: true, min: 0 }) _id!: number;
  @Prop({ type: Number, required: true, min: 0 }) minArea!: number;
  @Prop({ type: Number, min: 0 }) maxArea?: number;
  @Prop({ type: Number, required: true, min: 0.000001 }) coefficient!: number;
}

/** `_id` is the lower bound: bands that begin alike would overlap. */
@Schema({ collection: 'way_to_subway_coeffs', versionKey: false, id: false })
export class WayToSubwayCoeffRecord {
  @Prop({ type: Number, required: true, min: 0 }) _id!: number;
  @Prop({ type: Number, required: true, min: 0 }) minMeters!: number;
  @Prop({ type: Number, min: 0 }) maxMeters?: number;
  @Prop({ type: Number, required: true, min: 0.000001 }) coefficient!: number;
}

/** A phrase of the bot; `_id` is its key. */
@Schema({ collection: 'messages', versionKey: false, id: false })
export class MessageRecord {
  @Prop(text(200)) _id!: string;
  @Prop(text(20_000)) text!: string;
  @Prop({ type: [raw({ _id: false, text: text(100), payload: text(64) })] })
  buttons?: { text: string; payload: string }[];
}

/** What an import keeps about itself: revisions, the lease that makes it the only one, a first load that is under way. */
@Schema({ collection: 'catalogue_state', versionKey: false, id: false })
export class StateRecord {
  @Prop(text(40)) _id!: string;
  @Prop({ type: Number }) revision?: number;
  /** The newest revision that is written whole: readers go up to it. */
  @Prop({ type: Number }) completed?: number;
  @Prop({ type: String }) owner?: string;
  @Prop({ type: Date }) until?: Date;
  @Prop({ type: Boolean }) loading?: boolean;
}

export const SCHEMAS = {
  estates: SchemaFactory.createForClass(EstateRecord),
  lots: SchemaFactory.createForClass(LotSearchRow),
  subway_stations: SchemaFactory.createForClass(StationRecord),
  square_coeffs: SchemaFactory.createForClass(SquareCoeffRecord),
  way_to_subway_coeffs: SchemaFactory.createForClass(WayToSubwayCoeffRecord),
  messages: SchemaFactory.createForClass(MessageRecord),
  catalogue_state: SchemaFactory.createForClass(StateRecord),
} as const;

SCHEMAS.estates.index({ revision: 1, _id: 1 }, { name: 'estates_revision' });
SCHEMAS.estates.index({ updatedAt: 1, _id: 1 }, { name: 'estates_updated' });
SCHEMAS.estates.index({ location: '2dsphere' }, { name: 'estates_location' });
SCHEMAS.lots.index({ estateId: 1 }, { name: 'lots_estate' });
SCHEMAS.lots.index({ status: 1, deal: 1, kind: 1, totalKopecks: 1, _id: 1 }, { name: 'lots_by_total' });
SCHEMAS.lots.index({ status: 1, deal: 1, kind: 1, area: 1 }, { name: 'lots_by_area' });
SCHEMAS.lots.index({ status: 1, deal: 1, kind: 1, district: 1, area: 1 }, { name: 'lots_by_district' });
SCHEMAS.lots.index({ stationKeys: 1, status: 1, deal: 1, kind: 1, area: 1 }, { name: 'lots_by_station' });
