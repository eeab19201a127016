import { scaleDecimal, toKopecks } from '../money.js';
import { readinessOrder } from '../readiness.js';
import type { LotQuery } from './catalogue.js';

/** A WHERE clause over `lots l` and its parameters. */
export interface SqlFilter {
  where: string;
  parameters: unknown[];
}

/** Collects parameters and hands out their placeholders. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const decimal = (value: number, places: number) => {
  const scaled = scaleDecimal(value, places)
    .toString()
    .padStart(places + 1, '0');
  return `${scaled.slice(0, -places)}.${scaled.slice(-places)}`;
};

/**
 * The budget as a condition on exact numbers. Totals: sale — the lot, rent — a month as shown (rounded to a kopeck) or a year.
 * ₽/m²: sale — the price; rent — a year, or a month as a twelfth (compared as price ≤ 12 × bound, without rounding).
 */
function budgetConditions(query: LotQuery, parameters: Parameters): string[] {
  const { deal, budgetMin, budgetMax, budgetPer = 'total', budgetPeriod } = query.criteria;
  const bounds = [
    ['>=', budgetMin],
    ['<=', budgetMax],
  ] as const;
  return bounds.flatMap(([operator, bound]) => {
    if (bound === undefined) return [];
    const kopecks = toKopecks(bound);
    if (budgetPer === 'sqm') {
      const perYear = deal === 'rent' && budgetPeriod === 'month' ? kopecks * 12n : kopecks;
      return [`l.price * 100 ${operator} ${parameters.add(perYear.toString())}::numeric`];
    }
    if (deal === 'rent' && budgetPeriod === 'year') {
      return [`round(l.price * l.area * 100) ${operator} ${parameters.add(kopecks.toString())}::numeric`];
    }
    return [`l.total_kopecks ${operator} ${parameters.add(kopecks.toString())}::bigint`];
  });
}

/** Translates a query into SQL; every value is a parameter. */
export function lotFilter(query: LotQuery): SqlFilter {
  const { criteria } = query;
  const parameters = new Parameters();
  const conditions = [
    `l.status = 'available'`,
    `l.deal = ${parameters.add(criteria.deal)}`,
    `l.kind = ${parameters.add(criteria.kind)}`,
    ...budgetConditions(query, parameters),
  ];
  if (criteria.areaMin !== undefined)
    conditions.push(`l.area >= ${parameters.add(decimal(criteria.areaMin, 2))}::numeric`);
  if (criteria.areaMax !== undefined)
    conditions.push(`l.area <= ${parameters.add(decimal(criteria.areaMax, 2))}::numeric`);
  if (criteria.classes?.length) conditions.push(`l.class = any(${parameters.add(criteria.classes)}::text[])`);
  if (criteria.fitOut) conditions.push(`l.fit_out = ${parameters.add(criteria.fitOut)}`);
  if (criteria.readiness !== undefined) {
    conditions.push(`l.readiness_order <= ${parameters.add(readinessOrder(criteria.readiness))}`);
  }
  const places: string[] = [];
  if (query.stationKeys.length > 0) places.push(`l.station_keys && ${parameters.add(query.stationKeys)}::text[]`);
  if (criteria.districts?.length) places.push(`l.district = any(${parameters.add(criteria.districts)}::text[])`);
  if (places.length > 0) conditions.push(`(${places.join(' or ')})`);
  if (query.excludeEstates.length > 0) {
    conditions.push(`l.estate_id <> all(${parameters.add(query.excludeEstates)}::text[])`);
  }
  return { where: conditions.join(' and '), parameters: parameters.values };
}
