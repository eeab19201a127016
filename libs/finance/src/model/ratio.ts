/**
 * An exact fraction. Every amount of the model is a product of a few decimal inputs, so it is kept as a fraction until the
 * single rounding to kopecks. Fractions are not reduced: the chains are short and BigInt products stay small.
 */
export interface Ratio {
  readonly n: bigint;
  /** Always positive. */
  readonly d: bigint;
}

export const ONE: Ratio = { n: 1n, d: 1n };
export const ZERO: Ratio = { n: 0n, d: 1n };

/**
 * The decimal a person meant by a number: 15 significant digits, which drops binary noise (0.1 + 0.2 → 3/10).
 * @throws RangeError for NaN and infinities: they must have been refused at the edge.
 */
export function ratioOf(value: number): Ratio {
  if (!Number.isFinite(value)) throw new RangeError('a ratio needs a finite number');
  const [mantissa = '0', exponent = '0'] = value.toPrecision(15).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = fraction.replace(/0+$/, '');
  const n = BigInt(whole + digits);
  const scale = Number(exponent) - digits.length;
  return scale >= 0 ? { n: n * 10n ** BigInt(scale), d: 1n } : { n, d: 10n ** BigInt(-scale) };
}

/** `value / 100`, exactly. */
export function percentOf(value: number): Ratio {
  const { n, d } = ratioOf(value);
  return { n, d: d * 100n };
}

export function integerRatio(value: number): Ratio {
  return { n: BigInt(value), d: 1n };
}

export function add(a: Ratio, b: Ratio): Ratio {
  return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

export function multiply(...factors: readonly Ratio[]): Ratio {
  let n = 1n;
  let d = 1n;
  for (const factor of factors) {
    n *= factor.n;
    d *= factor.d;
  }
  return { n, d };
}

/** @throws RangeError when the divisor is not positive. */
export function divide(a: Ratio, b: Ratio): Ratio {
  if (b.n <= 0n) throw new RangeError('a ratio is divided by positive numbers only');
  return { n: a.n * b.d, d: a.d * b.n };
}

/** `base^exponent` for a whole non-negative exponent. */
export function power(base: Ratio, exponent: number): Ratio {
  return { n: base.n ** BigInt(exponent), d: base.d ** BigInt(exponent) };
}

export function compare(a: Ratio, b: Ratio): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Nearest number; for display and for rates, never for sums of money. */
export function toNumber({ n, d }: Ratio): number {
  const scale = 10n ** 18n;
  const whole = n / d;
  return Number(whole) + Number(((n - whole * d) * scale) / d) / 1e18;
}

/** Floor of the square root, by Newton's method. */
function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let estimate = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (estimate + value / estimate) >> 1n;
    if (next >= estimate) return estimate;
    estimate = next;
  }
}

const ROOT_DIGITS = 30n;

/** Returns `exponent => base^(exponent / 4)`: exact for whole years, otherwise good to 30 decimal digits. */
export function quarterlyPowers(base: Ratio): (exponent: number) => Ratio {
  const unit = 10n ** ROOT_DIGITS;
  const root: Ratio = { n: integerSquareRoot(integerSquareRoot((base.n * unit ** 4n) / base.d)), d: unit };
  return (exponent) => multiply(power(base, Math.floor(exponent / 4)), power(root, exponent % 4));
}
