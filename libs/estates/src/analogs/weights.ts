/** Features of the distance between two lots. */
export const FEATURES = ['location', 'area', 'class', 'walk', 'floor', 'fitOut', 'readiness', 'price'] as const;
export type Feature = (typeof FEATURES)[number];
export type Weights = Record<Feature, number>;

/**
 * The table of the distance: score = Σ weight × |difference| / span over the features that the subject states.
 *
 * | feature   | difference                                                          | span (a difference of 1)  |
 * |-----------|---------------------------------------------------------------------|---------------------------|
 * | location  | straight line on the local plane (geo.ts), decimetres                | 1 km                      |
 * | area      | ln(area), quantised to 1e-6                                          | ln 2: twice as large      |
 * | class     | steps of A, B+, B, C                                                 | 1 step                    |
 * | walk      | metres on foot to the nearest listed station                         | 500 m                     |
 * | floor     | steps of bands: below ground, 1st, 2nd, 3rd and above                | 1 step                    |
 * | fitOut    | steps of shell, partial, ready                                       | 1 step                    |
 * | readiness | ready against not ready = 1; two quarters: an eighth a quarter, to 1 | —                         |
 * | price     | ln(₽/m²), quantised to 1e-6; only when the subject has a price       | ln 1.25: a quarter dearer |
 *
 * A lot with no listed station pays `MISSING_PENALTY` of the walk's weight.
 */
export const DEFAULT_WEIGHTS: Readonly<Weights> = {
  location: 1,
  area: 1,
  class: 0.6,
  walk: 0.4,
  floor: 0.3,
  fitOut: 0.3,
  readiness: 0.5,
  price: 0.8,
};

/** Quantum of logarithms: columns hold integers, so scores and their bounds are computed from exact values. */
export const LOG_SCALE = 1_000_000;
/** Units of the plane in a metre. */
export const PLANE_SCALE = 10;

export const SPANS = {
  location: 1_000 * PLANE_SCALE,
  area: Math.round(Math.log(2) * LOG_SCALE),
  walk: 500,
  price: Math.round(Math.log(1.25) * LOG_SCALE),
  quarters: 8,
} as const;

export const MISSING_PENALTY = 1;
/** Walk column of a lot without a listed station. */
export const NO_WALK = 65_535;
