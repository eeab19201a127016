import type { SquareCoeff, WayToSubwayCoeff } from '../types.js';

/** Synthetic `square_coeffs`: a smaller lot is dearer per m². */
export const SQUARE_COEFFS: readonly SquareCoeff[] = [
  { minArea: 0, maxArea: 50, coefficient: 1.15 },
  { minArea: 50, maxArea: 100, coefficient: 1.08 },
  { minArea: 100, maxArea: 250, coefficient: 1 },
  { minArea: 250, maxArea: 500, coefficient: 0.95 },
  { minArea: 500, maxArea: 1_000, coefficient: 0.91 },
  { minArea: 1_000, maxArea: 2_500, coefficient: 0.87 },
  { minArea: 2_500, maxArea: null, coefficient: 0.82 },
];

/** Synthetic `way_to_subway_coeffs`: a longer walk is cheaper. */
export const WAY_TO_SUBWAY_COEFFS: readonly WayToSubwayCoeff[] = [
  { minMeters: 0, maxMeters: 300, coefficient: 1.06 },
  { minMeters: 300, maxMeters: 600, coefficient: 1 },
  { minMeters: 600, maxMeters: 1_000, coefficient: 0.95 },
  { minMeters: 1_000, maxMeters: 1_500, coefficient: 0.9 },
  { minMeters: 1_500, maxMeters: null, coefficient: 0.83 },
];
