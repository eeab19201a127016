import type { Ratio } from './model/ratio.js';

/**
 * Money is a whole number of kopecks in a JavaScript number; exact up to 90 trillion roubles.
 * The rounding rule of the whole project: half away from zero (as ROUND in spreadsheets), applied once, when an amount is posted.
 */
export type Kopecks = number;

/** An amount left the range in which kopecks are exact. */
export class MoneyRangeError extends RangeError {
  override readonly name = 'MoneyRangeError';
}

function checked(value: bigint): Kopecks {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER))
    throw new MoneyRangeError('the amount is too large for exact kopecks');
  return Number(value);
}

/** Rounds a fraction of roubles to kopecks, half away from zero. @throws MoneyRangeError */
export function postRoubles({ n, d }: Ratio): Kopecks {
  const magnitude = n < 0n ? -n : n;
  const rounded = (magnitude * 200n + d) / (2n * d);
  return checked(n < 0n ? -rounded : rounded);
}

/** Kopecks as an exact fraction of roubles. */
export function roublesRatio(amount: Kopecks): Ratio {
  return { n: BigInt(amount), d: 100n };
}

/** Exact sum. @throws MoneyRangeError */
export function sumMoney(amounts: Iterable<Kopecks>): Kopecks {
  let sum = 0;
  for (const amount of amounts) {
    sum += amount;
    if (!Number.isSafeInteger(sum)) throw new MoneyRangeError('the sum is too large for exact kopecks');
  }
  return sum;
}

/** Roubles as a JSON number with at most two decimals; never `-0`. */
export function toRoubles(amount: Kopecks): number {
  return amount === 0 ? 0 : amount / 100;
}

/** Kopecks of roubles that came from JSON. @throws MoneyRangeError */
export function fromRoubles(roubles: number): Kopecks {
  const amount = Math.round(Math.abs(roubles) * 100);
  if (!Number.isSafeInteger(amount)) throw new MoneyRangeError('the amount is too large for exact kopecks');
  return roubles < 0 && amount !== 0 ? -amount : amount;
}

/** Millions of roubles with one decimal, half away from zero, from the exact amount. */
export function toMillions(amount: Kopecks): number {
  const tenths = Math.floor((Math.abs(amount) + 5_000_000) / 10_000_000);
  return tenths === 0 ? 0 : (Math.sign(amount) * tenths) / 10;
}

const NBSP = '\u00a0';
const MINUS = '\u2212';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, NBSP);
}

/** «12 345 678,90 ₽» with no-break spaces; whole roubles drop the kopecks unless `kopecks: true`. */
export function formatRoubles(amount: Kopecks, { kopecks = true }: { kopecks?: boolean } = {}): string {
  const magnitude = Math.abs(amount);
  const roubles = Math.floor(magnitude / 100);
  const sign = amount < 0 ? MINUS : '';
  if (!kopecks && magnitude % 100 === 0) return `${sign}${grouped(String(roubles))}${NBSP}₽`;
  return `${sign}${grouped(String(roubles))},${String(magnitude % 100).padStart(2, '0')}${NBSP}₽`;
}

/** «12,3 млн ₽», always one decimal; amounts below 0.1 million are written out in roubles. */
export function formatMillions(amount: Kopecks): string {
  if (amount !== 0 && Math.abs(amount) < 10_000_000) return formatRoubles(amount, { kopecks: false });
  const tenths = Math.round(Math.abs(toMillions(amount)) * 10);
  const sign = amount < 0 ? MINUS : '';
  return `${sign}${grouped(String(Math.floor(tenths / 10)))},${tenths % 10}${NBSP}млн${NBSP}₽`;
}

/** A plain number the Russian way: no-break groups, decimal comma, true minus; at most `decimals` places. */
export function formatDecimal(value: number, decimals = 2): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction = ''] = fixed.split('.');
  const tail = fraction.replace(/0+$/, '');
  const sign = value < 0 && Number(fixed) !== 0 ? MINUS : '';
  return `${sign}${grouped(whole)}${tail ? `,${tail}` : ''}`;
}

/**
 * Reads «12 345 678,90 ₽», «12345678.9», «−5 руб.» exactly; null for anything else (including a third decimal).
 * Words and multipliers are the business of `libs/nlu`.
 */
export function parseRoubles(text: string): Kopecks | null {
  const compact = text
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace(/(₽|руб\.?|р\.?)$/i, '')
    .replace(MINUS, '-');
  const match = /^(-?)(\d{1,15})(?:[.,](\d{1,2}))?$/.exec(compact);
  if (!match) return null;
  const amount = BigInt(match[2]!) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return match[1] && amount !== 0n ? -Number(amount) : Number(amount);
}

/**
 * Splits an amount by shares that total one, so that the parts sum to it exactly: each part is the difference of two rounded
 * running totals, hence at most one kopeck away from its own rounding.
 */
export function splitByShares(amount: Kopecks, shares: readonly Ratio[]): Kopecks[] {
  let running: Ratio = { n: 0n, d: 1n };
  let posted = 0;
  return shares.map((share) => {
    running = { n: running.n * share.d + share.n * running.d, d: running.d * share.d };
    const total = postRoubles({ n: BigInt(amount) * running.n, d: 100n * running.d });
    const part = total - posted;
    posted = total;
    return part;
  });
}
