import { lotDistance } from '../analogs/analog-request.js';
import type { AnalogSnapshot } from '../analogs/analog-snapshot.js';
import { floorBand, partitionOf } from '../analogs/lot-columns.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { divideHalfUp, fromKopecks, scaleDecimal, toKopecks } from '../money.js';
import type { EstateClass, LotHit } from '../types.js';
import { ADJUSTMENTS, type AdjustmentTable } from './adjustments.js';
import type { CoefficientTables } from './by-coefficients.js';
import { checkedValuationRequest, type ValuationRequest } from './valuation-request.js';
import { weightedQuantile, withoutOutliers } from './weighted-quantile.js';

export interface AdjustedAnalog {
  lotId: string;
  /** Asking, ₽/m² (rent: a year). */
  pricePerM2: number;
  adjusted: number;
  /** Factor of each adjustment, four decimals; `adjusted` = price × their product. */
  adjustments: Record<string, number>;
}

/** Value by analogs: weighted median with the quartile range, or why there is none. Roubles; rent: a year. */
export type AnalogValuation =
  | { pricePerM2: number; low: number; high: number; total: number; analogs: AdjustedAnalog[] }
  | { refused: string };

const MIN_ANALOGS = 3;
/** Candidates taken before outliers are dropped. */
const CANDIDATES = 12;
const PER_ESTATE = 2;
const RADIUS_METERS = 5_000;
const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];
const FACTOR_PLACES = 4;

const ratio = (subject: number, analog: number) => Number((subject / analog).toFixed(FACTOR_PLACES));

/** Factors that bring an analog's price to the subject; one that does not apply is left out. */
function factorsOf(
  request: ValuationRequest,
  { lot, estate }: LotHit,
  tables: CoefficientTables,
  adjustments: AdjustmentTable,
): Record<string, number> {
  const factors: Record<string, number> = { bargain: adjustments.bargain[request.deal] };
  const nearest = [...estate.metro].sort((a, b) => a.walkMeters - b.walkMeters)[0];
  if (nearest) {
    const there = tables.stations.lookup(nearest.station);
    const column = request.deal === 'sale' ? 'priceB' : 'rentB';
    // The level of a station is compared by column B on both sides; the class has an adjustment of its own.
    if (there.found) factors.location = ratio(tables.stations.one(request.station)[column], there.stations[0]![column]);
    factors.walk = ratio(tables.way.coefficient(request.walkMeters), tables.way.coefficient(nearest.walkMeters));
  }
  factors.area = ratio(tables.square.coefficient(request.area), tables.square.coefficient(lot.area));
  factors.class = ratio(adjustments.class[request.class], adjustments.class[estate.class]);
  if (request.fitOut) factors.fitOut = ratio(adjustments.fitOut[request.fitOut], adjustments.fitOut[lot.fitOut]);
  if (request.floor !== undefined && request.kind !== 'warehouse') {
    const { bands } = adjustments.floor;
    factors.floor = ratio(bands[floorBand(request.floor)]!, bands[floorBand(lot.floor)]!);
  }
  return factors;
}

/** Exact product of a price in kopecks and factors of four decimals, rounded once. */
function adjustedKopecks(price: number, factors: Record<string, number>): bigint {
  let product = toKopecks(price);
  let unit = 1n;
  for (const factor of Object.values(factors)) {
    product *= scaleDecimal(factor, FACTOR_PLACES);
    unit *= 10n ** BigInt(FACTOR_PLACES);
  }
  return divideHalfUp(product, unit);
}

/** A lot that needs less adjusting says more: weight 1 / (1 + Σ|ln factor|), the bargain left out as common to all. */
function weightOf(factors: Record<string, number>): number {
  const total = Object.entries(factors)
    .filter(([name]) => name !== 'bargain')
    .reduce((sum, [, factor]) => sum + Math.abs(Math.log(factor)), 0);
  return 1 / (1 + total);
}

/**
 * Valuation by analogs (comparative approach): lots of the same deal and kind within 5 km, class at most a step away, half to
 * twice the area; the price is no part of the distance and a building gives two lots at most. Each price is adjusted to
 * the subject, outliers beyond 1.5 IQR are dropped, fewer than three left → no figure, and the reason.
 */
export async function valueByAnalogs(
  sources: { catalogue: Pick<Catalogue, 'lots'>; snapshot: AnalogSnapshot; tables: CoefficientTables },
  input: ValuationRequest,
  adjustments: AdjustmentTable = ADJUSTMENTS,
): Promise<AnalogValuation> {
  const request = checkedValuationRequest(input);
  const { kind, deal, station, area, walkMeters, floor, fitOut } = request;
  const step = CLASSES.indexOf(request.class);
  const distance = lotDistance(
    {
      deal,
      kind,
      subject: {
        station,
        area,
        class: request.class,
        walkMeters,
        ...(floor !== undefined && { floor }),
        ...(fitOut && { fitOut }),
      },
      filters: {
        areaMin: area / 2,
        areaMax: area * 2,
        classes: CLASSES.filter((_, index) => Math.abs(index - step) <= 1),
        radiusMeters: RADIUS_METERS,
      },
    },
    sources.snapshot,
    sources.tables.stations,
  );
  const { rows } = sources.snapshot.nearest(partitionOf(deal, kind), distance, CANDIDATES, PER_ESTATE);
  const hits = await sources.catalogue.lots(rows.map(({ rows: columns, row }) => columns.id(row)));
  const candidates = hits.map((hit) => {
    const factors = factorsOf(request, hit, sources.tables, adjustments);
    return { hit, factors, kopecks: Number(adjustedKopecks(hit.lot.price, factors)), weight: weightOf(factors) };
  });
  if (candidates.length < MIN_ANALOGS) return { refused: tooFew(candidates.length) };
  const kept = withoutOutliers(candidates, ({ kopecks }) => kopecks);
  if (kept.length < MIN_ANALOGS) return { refused: tooFew(kept.length) };
  const values = kept.map(({ kopecks, weight }) => ({ value: kopecks, weight }));
  const median = BigInt(weightedQuantile(values, 0.5));
  return {
    pricePerM2: fromKopecks(median),
    low: fromKopecks(BigInt(weightedQuantile(values, 0.25))),
    high: fromKopecks(BigInt(weightedQuantile(values, 0.75))),
    total: fromKopecks(divideHalfUp(median * scaleDecimal(area, 2), 100n)),
    analogs: kept.map(({ hit, factors, kopecks }) => ({
      lotId: hit.lot.id,
      pricePerM2: hit.lot.price,
      adjusted: fromKopecks(BigInt(kopecks)),
      adjustments: factors,
    })),
  };
}

const tooFew = (found: number) =>
  `Сопоставимых лотов: ${found}, нужно не меньше ${MIN_ANALOGS}. Цифру по аналогам не называю.`;
