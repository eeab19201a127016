import type { Deal } from './types.js';

/**
 * The rule of rounding of this lib: an amount is computed exactly over integers and rounded once, half up, to a kopeck.
 * Inputs are roubles and m² with at most two decimals.
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive');
  const doubled = numerator * 2n + denominator;
  const quotient = doubled / (denominator * 2n);
  // BigInt division truncates towards zero; half up rounds towards plus infinity.
  return doubled < 0n && quotient * denominator * 2n !== doubled ? quotient - 1n : quotient;
}

/** A decimal with at most `places` digits after the point as an integer of 10^-places units. Throws RangeError when it has more or is not finite. */
export function scaleDecimal(value: number, places: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError('not a finite number');
  const factor = 10 ** places;
  const scaled = Math.round(value * factor);
  if (!Number.isSafeInteger(scaled)) throw new RangeError('the number is too large');
  if (scaled / factor !== value) throw new RangeError(`more than ${places} decimals`);
  return BigInt(scaled);
}

export const toKopecks = (roubles: number): bigint => scaleDecimal(roubles, 2);
export const fromKopecks = (kopecks: bigint): number => Number(kopecks) / 100;

/** Whole price of a lot in kopecks: sale — price × area; rent — a month, price × area / 12. Matches `lots.total_kopecks`. */
export function lotTotalKopecks(deal: Deal, price: number, area: number): bigint {
  return divideHalfUp(toKopecks(price) * scaleDecimal(area, 2), deal === 'rent' ? 1200n : 100n);
}
