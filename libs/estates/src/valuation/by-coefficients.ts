import { areaBand, BandTable, walkBand } from '../bands/bands.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { divideHalfUp, fromKopecks, scaleDecimal, toKopecks } from '../money.js';
import { StationDirectory } from '../stations/station-directory.js';
import type { SubwayStation } from '../types.js';
import { checkedValuationRequest, type ValuationRequest } from './valuation-request.js';

/** Result by coefficients. Roubles; rent: `pricePerM2` and `total` a year, `perMonth` a month. */
export interface CoefficientValuation {
  base: number;
  squareCoeff: number;
  wayCoeff: number;
  pricePerM2: number;
  total: number;
  perMonth?: number;
  station: string;
  /** Class C has no column of its own and is valued by B: an estimate. */
  estimate?: true;
}

/** What a valuation by coefficients reads; load it once and value many times. */
export class CoefficientTables {
  constructor(
    readonly stations: StationDirectory,
    readonly square: BandTable,
    readonly way: BandTable,
  ) {}

  /** Throws `INVALID_BANDS` when a table in the store is broken. */
  static async load(
    catalogue: Pick<Catalogue, 'stations' | 'squareCoeffs' | 'wayToSubwayCoeffs'>,
  ): Promise<CoefficientTables> {
    const [stations, square, way] = await Promise.all([
      catalogue.stations(),
      catalogue.squareCoeffs(),
      catalogue.wayToSubwayCoeffs(),
    ]);
    return new CoefficientTables(
      new StationDirectory(stations),
      new BandTable('square_coeffs', square.map(areaBand)),
      new BandTable('way_to_subway_coeffs', way.map(walkBand)),
    );
  }
}

const COEFFICIENT_PLACES = 6;
const COEFFICIENT_UNIT = 10n ** BigInt(COEFFICIENT_PLACES);

function baseOf(station: SubwayStation, { deal, class: estateClass }: ValuationRequest): number {
  if (deal === 'sale') return estateClass === 'A' ? station.priceA : station.priceB;
  return estateClass === 'A' ? station.rentA : station.rentB;
}

/**
 * Valuation by coefficients: pricePerM2 = station[deal × class] × squareCoeff(area) × wayCoeff(walkMeters); classes B+ and C use
 * column B. Exact over integers; each figure shown is rounded once, half up, to a kopeck from the unrounded product
 * (so `total` is not the rounded price times the area).
 * Throws UnknownStationError, AmbiguousStationError, `OUT_OF_BANDS`, `INVALID_REQUEST`.
 */
export function valueByCoefficients(tables: CoefficientTables, input: ValuationRequest): CoefficientValuation {
  const request = checkedValuationRequest(input);
  const station = tables.stations.one(request.station);
  const base = baseOf(station, request);
  const squareCoeff = tables.square.coefficient(request.area);
  const wayCoeff = tables.way.coefficient(request.walkMeters);
  const product =
    toKopecks(base) * scaleDecimal(squareCoeff, COEFFICIENT_PLACES) * scaleDecimal(wayCoeff, COEFFICIENT_PLACES);
  const unit = COEFFICIENT_UNIT * COEFFICIENT_UNIT;
  const areaHundredths = scaleDecimal(request.area, 2);
  const whole = product * areaHundredths;
  return {
    base,
    squareCoeff,
    wayCoeff,
    pricePerM2: fromKopecks(divideHalfUp(product, unit)),
    total: fromKopecks(divideHalfUp(whole, unit * 100n)),
    ...(request.deal === 'rent' && { perMonth: fromKopecks(divideHalfUp(whole, unit * 1_200n)) }),
    station: station.name,
    ...(request.class === 'C' && { estimate: true as const }),
  };
}
