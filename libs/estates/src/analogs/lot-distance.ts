import { type KdNodes, ZONE_COLUMNS, ZONE_LIMIT, type ZoneColumn } from './kd-tree.js';
import type { LotColumns } from './lot-columns.js';
import { MISSING_PENALTY, NO_WALK, SPANS, type Weights } from './weights.js';

/** The subject in the units of the columns; null = not stated, the feature is left out. */
export interface SubjectCodes {
  x: number | null;
  y: number | null;
  logArea: number | null;
  class: number | null;
  walk: number | null;
  floor: number | null;
  fitOut: number | null;
  readiness: number | null;
  logPrice: number | null;
}

/** Hard filters in the units of the columns; bounds are inclusive. */
export interface FilterCodes {
  areaMin: number;
  areaMax: number;
  priceMin: number;
  priceMax: number;
  walkMax: number;
  /** Bits of allowed classes. */
  classes: number;
  /** 1 for each allowed district number; null = any. */
  districts: Uint8Array | null;
  readyOnly: boolean;
  /** Square of the radius about the subject, decimetres²; Infinity = any. */
  radiusSquared: number;
}

export const NO_FILTERS: FilterCodes = {
  areaMin: 0,
  areaMax: Number.POSITIVE_INFINITY,
  priceMin: 0,
  priceMax: Number.POSITIVE_INFINITY,
  walkMax: Number.POSITIVE_INFINITY,
  classes: 0b1111,
  districts: null,
  readyOnly: false,
  radiusSquared: Number.POSITIVE_INFINITY,
};

const ZONES = ZONE_COLUMNS.length;
const ZONE = Object.fromEntries(ZONE_COLUMNS.map((name, index) => [name, index])) as Record<ZoneColumn, number>;

export function readinessDifference(a: number, b: number): number {
  if (a === b) return 0;
  return a === 0 || b === 0 ? 1 : Math.min(1, Math.abs(a - b) / SPANS.quarters);
}

const gap = (value: number, least: number, greatest: number) =>
  value < least ? least - value : value > greatest ? value - greatest : 0;

/**
 * The distance to one subject under given weights and filters (weights.ts). `score` and `bound` add the same terms in the
 * same order; each operation is monotone in floating point, so the bound of a node never exceeds the score of its rows.
 */
export class LotDistance {
  private readonly x: number;
  private readonly y: number;
  private readonly logArea: number;
  private readonly logPrice: number;
  private readonly class: number;
  private readonly walk: number;
  private readonly floor: number;
  private readonly fitOut: number;
  private readonly readiness: number;
  /** Score of one unit of difference, by feature. */
  readonly factors: Weights;
  private readonly districtBits: number;

  constructor(
    readonly subject: SubjectCodes,
    weights: Weights,
    readonly filters: FilterCodes,
  ) {
    const factor = (stated: number | null, weight: number, span: number) => (stated === null ? 0 : weight / span);
    this.x = subject.x ?? 0;
    this.y = subject.y ?? 0;
    this.logArea = subject.logArea ?? 0;
    this.logPrice = subject.logPrice ?? 0;
    this.class = subject.class ?? 0;
    this.walk = subject.walk ?? 0;
    this.floor = subject.floor ?? 0;
    this.fitOut = subject.fitOut ?? 0;
    this.readiness = subject.readiness ?? 0;
    this.factors = {
      location: factor(subject.x, weights.location, SPANS.location),
      area: factor(subject.logArea, weights.area, SPANS.area),
      class: factor(subject.class, weights.class, 1),
      walk: factor(subject.walk, weights.walk, SPANS.walk),
      floor: factor(subject.floor, weights.floor, 1),
      fitOut: factor(subject.fitOut, weights.fitOut, 1),
      readiness: factor(subject.readiness, weights.readiness, 1),
      price: factor(subject.logPrice, weights.price, SPANS.price),
    };
    let bits = 0;
    filters.districts?.forEach((allowed, district) => {
      if (allowed) bits |= 1 << Math.min(31, district);
    });
    this.districtBits = filters.districts ? bits : -1;
  }

  /** Whether the row passes the hard filters. */
  passes({ columns }: LotColumns, row: number): boolean {
    const { filters } = this;
    const area = columns.area[row]!;
    if (area < filters.areaMin || area > filters.areaMax) return false;
    const price = columns.price[row]!;
    if (price < filters.priceMin || price > filters.priceMax) return false;
    if (((filters.classes >>> columns.class[row]!) & 1) === 0) return false;
    if (filters.readyOnly && columns.readiness[row] !== 0) return false;
    if (filters.walkMax !== Number.POSITIVE_INFINITY) {
      const walk = columns.walk[row]!;
      if (walk === NO_WALK || walk > filters.walkMax) return false;
    }
    if (filters.districts && filters.districts[columns.district[row]!] !== 1) return false;
    if (filters.radiusSquared !== Number.POSITIVE_INFINITY) {
      const dx = columns.x[row]! - this.x;
      const dy = columns.y[row]! - this.y;
      if (dx * dx + dy * dy > filters.radiusSquared) return false;
    }
    return true;
  }

  score({ columns }: LotColumns, row: number): number {
    const { factors } = this;
    let score = 0;
    if (factors.location !== 0) {
      const dx = columns.x[row]! - this.x;
      const dy = columns.y[row]! - this.y;
      score += Math.sqrt(dx * dx + dy * dy) * factors.location;
    }
    score += Math.abs(columns.logArea[row]! - this.logArea) * factors.area;
    score += Math.abs(columns.class[row]! - this.class) * factors.class;
    if (factors.walk !== 0) {
      const walk = columns.walk[row]!;
      score += (walk === NO_WALK ? MISSING_PENALTY * SPANS.walk : Math.abs(walk - this.walk)) * factors.walk;
    }
    score += Math.abs(columns.floor[row]! - this.floor) * factors.floor;
    score += Math.abs(columns.fitOut[row]! - this.fitOut) * factors.fitOut;
    if (factors.readiness !== 0) {
      score += readinessDifference(columns.readiness[row]!, this.readiness) * factors.readiness;
    }
    score += Math.abs(columns.logPrice[row]! - this.logPrice) * factors.price;
    return score;
  }

  /** A lower bound of the score of every row of the node; Infinity when none of them can pass the filters. */
  bound(nodes: KdNodes, node: number): number {
    const at = node * ZONES;
    const { least, greatest } = nodes;
    const { factors } = this;
    if (!this.mayPass(nodes, node)) return Number.POSITIVE_INFINITY;
    const dx = gap(this.x, least[at + ZONE.x]!, greatest[at + ZONE.x]!);
    const dy = gap(this.y, least[at + ZONE.y]!, greatest[at + ZONE.y]!);
    if (dx * dx + dy * dy > this.filters.radiusSquared) return Number.POSITIVE_INFINITY;
    let bound = 0;
    if (factors.location !== 0) bound += Math.sqrt(dx * dx + dy * dy) * factors.location;
    bound += gap(this.logArea, least[at + ZONE.logArea]!, greatest[at + ZONE.logArea]!) * factors.area;
    bound += gap(this.class, least[at + ZONE.class]!, greatest[at + ZONE.class]!) * factors.class;
    if (factors.walk !== 0) {
      const near = gap(this.walk, least[at + ZONE.walk]!, greatest[at + ZONE.walk]!);
      const missing = nodes.missingWalk[node]! > 0 ? Math.min(near, MISSING_PENALTY * SPANS.walk) : near;
      bound += missing * factors.walk;
    }
    bound += gap(this.floor, least[at + ZONE.floor]!, greatest[at + ZONE.floor]!) * factors.floor;
    bound += gap(this.fitOut, least[at + ZONE.fitOut]!, greatest[at + ZONE.fitOut]!) * factors.fitOut;
    if (factors.readiness !== 0) {
      bound += this.readinessGap(least[at + ZONE.readiness]!, greatest[at + ZONE.readiness]!) * factors.readiness;
    }
    bound += gap(this.logPrice, least[at + ZONE.logPrice]!, greatest[at + ZONE.logPrice]!) * factors.price;
    return bound;
  }

  /** Whether every row of the node certainly passes the filters: such a node is counted without reading it. */
  allPass(nodes: KdNodes, node: number): boolean {
    const { filters } = this;
    if (filters.radiusSquared !== Number.POSITIVE_INFINITY || filters.districts) return false;
    const at = node * ZONES;
    const { least, greatest } = nodes;
    const top = greatest[at + ZONE.price]!;
    return (
      least[at + ZONE.area]! >= filters.areaMin &&
      greatest[at + ZONE.area]! <= filters.areaMax &&
      least[at + ZONE.price]! >= filters.priceMin &&
      (filters.priceMax === Number.POSITIVE_INFINITY || (top < ZONE_LIMIT && top <= filters.priceMax)) &&
      (nodes.classes[node]! & ~filters.classes) === 0 &&
      (!filters.readyOnly || greatest[at + ZONE.readiness] === 0) &&
      (filters.walkMax === Number.POSITIVE_INFINITY ||
        (nodes.missingWalk[node] === 0 && greatest[at + ZONE.walk]! <= filters.walkMax))
    );
  }

  private mayPass(nodes: KdNodes, node: number): boolean {
    const { filters } = this;
    const at = node * ZONES;
    const { least, greatest } = nodes;
    const top = greatest[at + ZONE.price]!;
    return !(
      greatest[at + ZONE.area]! < filters.areaMin ||
      least[at + ZONE.area]! > filters.areaMax ||
      (top < ZONE_LIMIT && top < filters.priceMin) ||
      least[at + ZONE.price]! > filters.priceMax ||
      (nodes.classes[node]! & filters.classes) === 0 ||
      (filters.readyOnly && least[at + ZONE.readiness]! > 0) ||
      (filters.walkMax !== Number.POSITIVE_INFINITY && least[at + ZONE.walk]! > filters.walkMax) ||
      (nodes.districts[node]! & this.districtBits) === 0
    );
  }

  /** A node that holds ready premises among others may hold anything: no bound then. */
  private readinessGap(least: number, greatest: number): number {
    if (this.readiness === 0) return least === 0 ? 0 : 1;
    if (greatest === 0) return 1;
    if (least === 0) return 0;
    return Math.min(1, gap(this.readiness, least, greatest) / SPANS.quarters);
  }
}
