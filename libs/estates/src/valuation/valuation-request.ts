import { EstatesError } from '../errors.js';
import type { Deal, EstateClass, EstateKind, FitOut } from '../types.js';

/** Input of `POST /api/v1/valuations`. Metres on foot, m². */
export interface ValuationRequest {
  kind: EstateKind;
  deal: Deal;
  class: EstateClass;
  /** Name, alias, «name (line)» or id of a station. */
  station: string;
  walkMeters: number;
  area: number;
  floor?: number;
  fitOut?: FitOut;
}

const MAX_AREA = 1_000_000;
const MAX_WALK = 20_000;

/** Checks a request from outside. Throws `INVALID_REQUEST` naming the field. */
export function checkedValuationRequest(request: ValuationRequest): ValuationRequest {
  const refuse = (field: string, problem: string): never => {
    throw new EstatesError('INVALID_REQUEST', `${field} ${problem}`, { field, problem });
  };
  const oneOf = (field: 'kind' | 'deal' | 'class' | 'fitOut', allowed: readonly string[]) => {
    if (!allowed.includes(request[field] as string)) refuse(field, `must be one of ${allowed.join(', ')}`);
  };
  oneOf('kind', ['office', 'retail', 'warehouse']);
  oneOf('deal', ['rent', 'sale']);
  oneOf('class', ['A', 'B+', 'B', 'C']);
  if (request.fitOut !== undefined) oneOf('fitOut', ['shell', 'partial', 'ready']);
  const { station, walkMeters, area, floor } = request;
  if (typeof station !== 'string' || station.trim() === '' || station.length > 200) {
    refuse('station', 'must be a name of 1 to 200 characters');
  }
  if (typeof walkMeters !== 'number' || !(walkMeters >= 0 && walkMeters <= MAX_WALK)) {
    refuse('walkMeters', `must be a number from 0 to ${MAX_WALK}`);
  }
  if (typeof area !== 'number' || !(area >= 0.01 && area <= MAX_AREA)) {
    refuse('area', `must be a number from 0.01 to ${MAX_AREA}`);
  }
  if (floor !== undefined && (!Number.isInteger(floor) || floor < -20 || floor > 300)) {
    refuse('floor', 'must be an integer from -20 to 300');
  }
  return { ...request, area: Math.round(area * 100) / 100 };
}
