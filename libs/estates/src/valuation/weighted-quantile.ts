/** A value in kopecks with a positive weight. */
export interface WeightedValue {
  value: number;
  weight: number;
}

/** Least value whose cumulative weight reaches the share (0–1): always one of the observations. Throws RangeError on none. */
export function weightedQuantile(values: readonly WeightedValue[], share: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const target = sorted.reduce((sum, { weight }) => sum + weight, 0) * share;
  let cumulative = 0;
  for (const { value, weight } of sorted) {
    cumulative += weight;
    // The sum of shares is compared with a hair of tolerance: 0.1 × 3 must reach 0.3.
    if (cumulative >= target - 1e-9) return value;
  }
  const last = sorted.at(-1);
  if (!last) throw new RangeError('no values');
  return last.value;
}

/** Linear-interpolation quantile (Hyndman–Fan type 7) of unweighted values, for the fences of outliers. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (sorted[Math.min(below + 1, sorted.length - 1)]! - low) * (position - below);
}

/** Drops what lies beyond 1.5 interquartile ranges from the quartiles (Tukey's fences). */
export function withoutOutliers<T>(items: readonly T[], measure: (item: T) => number): T[] {
  const values = items.map(measure);
  const lower = quantile(values, 0.25);
  const upper = quantile(values, 0.75);
  const reach = 1.5 * (upper - lower);
  return items.filter((item) => measure(item) >= lower - reach && measure(item) <= upper + reach);
}
