import { EstatesError } from '../errors.js';
import { isReadiness } from '../readiness.js';
import type { SearchCriteria, SearchRequest } from '../types.js';

const MAX_LIMIT = 100;
const MAX_NAMES = 50;
/** Above any real area (m²) and budget (₽), below the limits of exact arithmetic. */
const MAX_AREA = 10_000_000;
const MAX_BUDGET = 10_000_000_000_000;

const oneOf =
  (...allowed: string[]) =>
  (value: unknown) =>
    allowed.includes(value as string) ? null : `must be one of ${allowed.join(', ')}`;

const amount = (max: number) => (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= max
    ? null
    : `must be a number from 0 to ${max}`;

const listOf = (item: (value: unknown) => string | null) => (value: unknown) => {
  if (!Array.isArray(value) || value.length > MAX_NAMES) return `must be a list of at most ${MAX_NAMES}`;
  for (const element of value) {
    const problem = item(element);
    if (problem) return `each ${problem}`;
  }
  return null;
};

const name = (value: unknown) =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 ? null : 'must be a name of 1 to 200 characters';

const RULES: { [field in keyof Required<SearchCriteria>]: (value: unknown) => string | null } = {
  deal: oneOf('rent', 'sale'),
  kind: oneOf('office', 'retail', 'warehouse'),
  purpose: oneOf('own', 'investment'),
  stations: listOf(name),
  districts: listOf(name),
  areaMin: amount(MAX_AREA),
  areaMax: amount(MAX_AREA),
  budgetMin: amount(MAX_BUDGET),
  budgetMax: amount(MAX_BUDGET),
  budgetPer: oneOf('total', 'sqm'),
  budgetPeriod: oneOf('month', 'year'),
  classes: listOf(oneOf('A', 'B+', 'B', 'C')),
  readiness: (value) => (typeof value === 'string' && isReadiness(value) ? null : 'must be "ready" or YYYY-Qn'),
  fitOut: oneOf('shell', 'partial', 'ready'),
};

/** To hundredths, the precision the catalogue stores: lower bounds up and upper bounds down, which changes no answer. */
const toHundredths = (value: number | undefined, round: (value: number) => number) =>
  value === undefined ? undefined : Number((round(Number((value * 100).toFixed(6))) / 100).toFixed(2));

/** Checks a search request from outside and brings its bounds to hundredths. Throws `INVALID_REQUEST` naming the field. */
export function checkedSearchRequest(request: SearchRequest): SearchRequest {
  const fail = (field: string, problem: string): never => {
    throw new EstatesError('INVALID_REQUEST', `${field} ${problem}`, { field, problem });
  };
  const { criteria, limit } = request;
  if (typeof criteria !== 'object' || criteria === null) fail('criteria', 'must be an object');
  for (const [field, rule] of Object.entries(RULES)) {
    const value = criteria[field as keyof SearchCriteria];
    if (value === undefined && field !== 'deal' && field !== 'kind') continue;
    const problem = rule(value);
    if (problem) fail(`criteria.${field}`, problem);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    fail('limit', `must be an integer from 1 to ${MAX_LIMIT}`);
  if (criteria.areaMin !== undefined && criteria.areaMax !== undefined && criteria.areaMin > criteria.areaMax)
    fail('criteria.areaMin', 'must not be above areaMax');
  if (criteria.budgetMin !== undefined && criteria.budgetMax !== undefined && criteria.budgetMin > criteria.budgetMax)
    fail('criteria.budgetMin', 'must not be above budgetMax');
  const bounds = {
    areaMin: toHundredths(criteria.areaMin, Math.ceil),
    areaMax: toHundredths(criteria.areaMax, Math.floor),
    budgetMin: toHundredths(criteria.budgetMin, Math.ceil),
    budgetMax: toHundredths(criteria.budgetMax, Math.floor),
  };
  const known = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));
  return { ...request, criteria: { ...criteria, ...known } };
}
