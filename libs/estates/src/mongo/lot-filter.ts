import type { mongo } from 'mongoose';
import type { LotQuery } from '../catalogue/catalogue.js';
import { toKopecks } from '../money.js';
import { readinessOrder } from '../readiness.js';
import type { LotSearchRow } from './schemas.js';

type Bounds<T> = { $gte?: T; $lte?: T };
type KopeckBounds = { $gte?: bigint; $lt?: bigint };

function bounds<T>(min: T | undefined, max: T | undefined): Bounds<T> | undefined {
  if (min === undefined && max === undefined) return undefined;
  return { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) };
}

/** Whole kopecks have a next number, so the upper bound can be the same in every server: some get `$lte` wrong before the last key of an index. */
function kopeckBounds(min: bigint | undefined, max: bigint | undefined): KopeckBounds | undefined {
  if (min === undefined && max === undefined) return undefined;
  return { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lt: max + 1n }) };
}

/**
 * The budget as a condition on exact numbers, as the PostgreSQL adapter compares: totals in whole kopecks; ₽/m² as the price,
 * rent by the month as price ≤ 12 × bound. Prices have two decimals, so comparing the nearest doubles is exact.
 */
function budgetFilter({ criteria }: LotQuery): mongo.Filter<LotSearchRow> {
  const { deal, budgetMin, budgetMax, budgetPer = 'total', budgetPeriod } = criteria;
  const kopecks = (value: number | undefined) => (value === undefined ? undefined : toKopecks(value));
  if (budgetPer === 'sqm') {
    const months = deal === 'rent' && budgetPeriod === 'month' ? 12n : 1n;
    const price = (value: number | undefined) =>
      value === undefined ? undefined : Number(toKopecks(value) * months) / 100;
    const range = bounds(price(budgetMin), price(budgetMax));
    return range ? { price: range } : {};
  }
  const range = kopeckBounds(kopecks(budgetMin), kopecks(budgetMax));
  if (!range) return {};
  return deal === 'rent' && budgetPeriod === 'year' ? { wholeKopecks: range } : { totalKopecks: range };
}

/** Translates a query into a filter over `lots`; values are data, never operators: requests are checked before. */
export function lotFilter(query: LotQuery): mongo.Filter<LotSearchRow> {
  const { criteria, stationKeys, excludeEstates } = query;
  const area = bounds(criteria.areaMin, criteria.areaMax);
  const places = [
    ...(stationKeys.length > 0 ? [{ stationKeys: { $in: [...stationKeys] } }] : []),
    ...(criteria.districts?.length ? [{ district: { $in: [...criteria.districts] } }] : []),
  ];
  return {
    status: 'available',
    deal: criteria.deal,
    kind: criteria.kind,
    ...budgetFilter(query),
    ...(area && { area }),
    ...(criteria.classes?.length && { class: { $in: [...criteria.classes] } }),
    ...(criteria.fitOut && { fitOut: criteria.fitOut }),
    ...(criteria.readiness !== undefined && { readinessOrder: { $lte: readinessOrder(criteria.readiness) } }),
    ...(places.length > 0 && { $or: places }),
    ...(excludeEstates.length > 0 && { estateId: { $nin: [...excludeEstates] } }),
  };
}
