import { CITY_CENTRE, METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON } from '../geo.js';
import type { AnalogRequest } from './analog-request.js';
import { DEFAULT_K } from './analog-request.js';
import type { LotDistance } from './lot-distance.js';
import { LOG_SCALE, MISSING_PENALTY, PLANE_SCALE, SPANS } from './weights.js';

/**
 * A table with the features of every available lot, made by PostgreSQL from the catalogue's own columns, and a covering
 * index for the filters: the yardstick of tests and benches.
 */
export const ANALOG_ORACLE_TABLE = `
create table analog_oracle as
select l.id, l.deal, l.kind, l.area, l.price, l.district, l.class as class_name,
  round(((e.lon - ${CITY_CENTRE.lon}) * ${METRES_PER_DEGREE_LON}::float8 * ${PLANE_SCALE}))::float8 as x,
  round(((e.lat - ${CITY_CENTRE.lat}) * ${METRES_PER_DEGREE_LAT}::float8 * ${PLANE_SCALE}))::float8 as y,
  round(ln(l.area::float8) * ${LOG_SCALE})::float8 as log_area,
  round(ln(l.price::float8) * ${LOG_SCALE})::float8 as log_price,
  (case l.class when 'A' then 0 when 'B+' then 1 when 'B' then 2 else 3 end)::float8 as class,
  (select min(round((m ->> 'walkMeters')::numeric)) from jsonb_array_elements(e.metro) m)::float8 as walk,
  (case when l.floor < 1 then 0 else least(l.floor, 3) end)::float8 as floor,
  (case l.fit_out when 'shell' then 0 when 'partial' then 1 else 2 end)::float8 as fit_out,
  (case l.readiness_order when 0 then 0 else l.readiness_order - 8000 end)::float8 as readiness
from lots l join estates e on e.id = l.estate_id where l.status = 'available';
create index analog_oracle_filters on analog_oracle (deal, kind, class_name, log_area)
  include (area, price, district, x, y, log_price, class, walk, floor, fit_out, readiness, id);
analyze analog_oracle`;

/** The same question as SQL: ids in order of score and id, each row with the count of all that pass the filters. */
export function analogOracle(
  request: AnalogRequest,
  distance: LotDistance,
  options: { total?: boolean } = {},
): { text: string; values: unknown[] } {
  const { filters = {}, k = DEFAULT_K } = request;
  const { subject, factors } = distance;
  const values: unknown[] = [];
  const parameter = (value: unknown, type = 'float8') => {
    values.push(value);
    return `$${values.length}::${type}`;
  };
  const where = [`deal = ${parameter(request.deal, 'text')}`, `kind = ${parameter(request.kind, 'text')}`];
  if (filters.areaMin !== undefined) where.push(`area >= ${parameter(filters.areaMin.toFixed(6), 'numeric')}`);
  if (filters.areaMax !== undefined) where.push(`area <= ${parameter(filters.areaMax.toFixed(6), 'numeric')}`);
  if (filters.priceMin !== undefined) where.push(`price >= ${parameter(filters.priceMin.toFixed(6), 'numeric')}`);
  if (filters.priceMax !== undefined) where.push(`price <= ${parameter(filters.priceMax.toFixed(6), 'numeric')}`);
  if (filters.classes?.length) where.push(`class_name = any(${parameter(filters.classes, 'text[]')})`);
  if (filters.districts?.length) where.push(`district = any(${parameter(filters.districts, 'text[]')})`);
  if (filters.readyOnly) where.push('readiness = 0');
  if (filters.walkMax !== undefined) where.push(`walk <= ${parameter(filters.walkMax)}`);
  const flight = () => {
    const dx = `(x - ${parameter(subject.x)})`;
    const dy = `(y - ${parameter(subject.y)})`;
    return `${dx} * ${dx} + ${dy} * ${dy}`;
  };
  if (filters.radiusMeters !== undefined) {
    where.push(`${flight()} <= ${parameter((filters.radiusMeters * PLANE_SCALE) ** 2)}`);
  }
  const terms = ['0::float8'];
  const difference = (column: string, value: number | null, factor: number) => {
    if (value !== null) terms.push(`abs(${column} - ${parameter(value)}) * ${parameter(factor)}`);
  };
  if (subject.x !== null) terms.push(`sqrt(${flight()}) * ${parameter(factors.location)}`);
  difference('log_area', subject.logArea, factors.area);
  difference('class', subject.class, factors.class);
  if (subject.walk !== null) {
    terms.push(
      `coalesce(abs(walk - ${parameter(subject.walk)}), ${parameter(MISSING_PENALTY * SPANS.walk)}) * ${parameter(factors.walk)}`,
    );
  }
  difference('floor', subject.floor, factors.floor);
  difference('fit_out', subject.fitOut, factors.fitOut);
  if (subject.readiness !== null) {
    const wanted = parameter(subject.readiness);
    terms.push(
      `(case when readiness = ${wanted} then 0 when readiness = 0 or ${wanted} = 0 then 1
        else least(1, abs(readiness - ${wanted}) / ${SPANS.quarters}) end) * ${parameter(factors.readiness)}`,
    );
  }
  difference('log_price', subject.logPrice, factors.price);
  const total = options.total === false ? '' : ', count(*) over () as total';
  return {
    text: `select id${total} from analog_oracle where ${where.join(' and ')} order by ${terms.join(' + ')}, id limit ${parameter(k, 'int')}`,
    values,
  };
}
