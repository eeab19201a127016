import { EstatesError } from '../errors.js';
import type { StationDirectory } from '../stations/station-directory.js';
import type { Deal, EstateClass, EstateKind, FitOut } from '../types.js';
import type { AnalogSnapshot } from './analog-snapshot.js';
import { classCode, fitOutCode, floorBand, logCode, planeX, planeY, readinessCode } from './lot-columns.js';
import { type FilterCodes, LotDistance, NO_FILTERS, type SubjectCodes } from './lot-distance.js';
import { DEFAULT_WEIGHTS, FEATURES, PLANE_SCALE, type Weights } from './weights.js';

/** Premises that analogs are looked for. Location is a point or a station; without either it is left out of the distance. */
export interface AnalogSubject {
  lat?: number;
  lon?: number;
  station?: string;
  area: number;
  class?: EstateClass;
  floor?: number;
  fitOut?: FitOut;
  walkMeters?: number;
  readiness?: string;
  /** ₽/m², rent ₽/m²/year. */
  pricePerM2?: number;
}

/** Bounds are inclusive; prices ₽/m² (rent: a year). */
export interface AnalogFilters {
  areaMin?: number;
  areaMax?: number;
  priceMin?: number;
  priceMax?: number;
  classes?: EstateClass[];
  districts?: string[];
  radiusMeters?: number;
  readyOnly?: boolean;
  walkMax?: number;
}

/** Input of `POST /api/v1/analogs`. */
export interface AnalogRequest {
  deal: Deal;
  kind: EstateKind;
  /** 1–100, default 20. */
  k?: number;
  subject: AnalogSubject;
  filters?: AnalogFilters;
  weights?: Partial<Weights>;
}

const MAX_K = 100;
export const DEFAULT_K = 20;
const LIMIT = 1_000_000_000;

const refuse = (field: string, problem: string): never => {
  throw new EstatesError('INVALID_REQUEST', `${field} ${problem}`, { field, problem });
};

function amount(field: string, value: number | undefined, min = 0, max = LIMIT): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= min && value <= max))
    refuse(field, `must be a number from ${min} to ${max}`);
  return value;
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) refuse(field, `must be one of ${allowed.join(', ')}`);
}

function names(field: string, value: unknown, allowed?: readonly string[]): void {
  if (!Array.isArray(value) || value.length > 50 || value.some((item) => typeof item !== 'string')) {
    refuse(field, 'must be a list of at most 50 names');
  }
  if (allowed) for (const item of value as string[]) oneOf(field, item, allowed);
}

const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];

/** Checks a request from outside. Throws `INVALID_REQUEST` naming the field. */
export function checkedAnalogRequest(request: AnalogRequest): AnalogRequest & { k: number } {
  const { subject, filters = {}, weights = {}, k = DEFAULT_K } = request;
  oneOf('deal', request.deal, ['rent', 'sale']);
  oneOf('kind', request.kind, ['office', 'retail', 'warehouse']);
  if (!Number.isInteger(k) || k < 1 || k > MAX_K) refuse('k', `must be an integer from 1 to ${MAX_K}`);
  if (typeof subject !== 'object' || subject === null) refuse('subject', 'must be an object');
  if (subject.area === undefined) refuse('subject.area', 'is missing');
  amount('subject.area', subject.area, 0.01);
  amount('subject.lat', subject.lat, -90, 90);
  amount('subject.lon', subject.lon, -180, 180);
  if ((subject.lat === undefined) !== (subject.lon === undefined)) refuse('subject.lat', 'and lon go together');
  amount('subject.walkMeters', subject.walkMeters, 0, 60_000);
  amount('subject.pricePerM2', subject.pricePerM2, 0.01);
  amount('subject.floor', subject.floor, -20, 300);
  if (subject.class !== undefined) oneOf('subject.class', subject.class, CLASSES);
  if (subject.fitOut !== undefined) oneOf('subject.fitOut', subject.fitOut, ['shell', 'partial', 'ready']);
  if (subject.readiness !== undefined && !/^(?:ready|\d{4}-Q[1-4])$/.test(subject.readiness)) {
    refuse('subject.readiness', 'must be "ready" or YYYY-Qn');
  }
  for (const field of ['areaMin', 'areaMax', 'priceMin', 'priceMax', 'radiusMeters', 'walkMax'] as const) {
    amount(`filters.${field}`, filters[field]);
  }
  if (filters.classes !== undefined) names('filters.classes', filters.classes, CLASSES);
  if (filters.districts !== undefined) names('filters.districts', filters.districts);
  if (filters.radiusMeters !== undefined && subject.lat === undefined && subject.station === undefined) {
    refuse('filters.radiusMeters', 'needs a subject with a point or a station');
  }
  for (const [feature, weight] of Object.entries(weights)) {
    oneOf('weights', feature, FEATURES);
    amount(`weights.${feature}`, weight, 0, 1_000);
  }
  return { ...request, k };
}

/** The request in the units of the columns. Throws UnknownStationError. */
export function lotDistance(
  request: AnalogRequest,
  snapshot: Pick<AnalogSnapshot, 'districtMask'>,
  stations: StationDirectory,
): LotDistance {
  const { subject, filters = {} } = request;
  const point =
    subject.lat !== undefined && subject.lon !== undefined
      ? { lat: subject.lat, lon: subject.lon }
      : subject.station !== undefined
        ? stations.one(subject.station)
        : null;
  const codes: SubjectCodes = {
    x: point && planeX(point),
    y: point && planeY(point),
    logArea: logCode(subject.area),
    class: subject.class === undefined ? null : classCode(subject.class),
    walk: subject.walkMeters ?? null,
    floor: subject.floor === undefined ? null : floorBand(subject.floor),
    fitOut: subject.fitOut === undefined ? null : fitOutCode(subject.fitOut),
    readiness: subject.readiness === undefined ? null : readinessCode(subject.readiness),
    logPrice: subject.pricePerM2 === undefined ? null : logCode(subject.pricePerM2),
  };
  const hundredths = (value: number | undefined, otherwise: number) =>
    value === undefined ? otherwise : Number((value * 100).toFixed(4));
  const filterCodes: FilterCodes = {
    areaMin: hundredths(filters.areaMin, NO_FILTERS.areaMin),
    areaMax: hundredths(filters.areaMax, NO_FILTERS.areaMax),
    priceMin: hundredths(filters.priceMin, NO_FILTERS.priceMin),
    priceMax: hundredths(filters.priceMax, NO_FILTERS.priceMax),
    walkMax: filters.walkMax ?? NO_FILTERS.walkMax,
    classes: filters.classes?.length
      ? filters.classes.reduce((bits, name) => bits | (1 << classCode(name)), 0)
      : NO_FILTERS.classes,
    districts: filters.districts?.length ? snapshot.districtMask(filters.districts) : null,
    readyOnly: filters.readyOnly ?? false,
    radiusSquared:
      filters.radiusMeters === undefined ? Number.POSITIVE_INFINITY : (filters.radiusMeters * PLANE_SCALE) ** 2,
  };
  return new LotDistance(codes, { ...DEFAULT_WEIGHTS, ...request.weights }, filterCodes);
}
