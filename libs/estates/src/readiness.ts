const QUARTER = /^(\d{4})-Q([1-4])$/;

/** Whether the text is `ready` or a quarter `YYYY-Qn`. */
export const isReadiness = (text: string): boolean => text === 'ready' || QUARTER.test(text);

/** Orders readiness: 0 for `ready`, year × 4 + quarter otherwise. Throws RangeError on anything else. */
export function readinessOrder(readiness: string): number {
  if (readiness === 'ready') return 0;
  const match = QUARTER.exec(readiness);
  if (!match) throw new RangeError(`readiness must be "ready" or YYYY-Qn`);
  return Number(match[1]) * 4 + Number(match[2]);
}

/** The inverse of {@link readinessOrder}. */
export function readinessOf(order: number): string {
  if (order === 0) return 'ready';
  const quarter = ((order - 1) % 4) + 1;
  return `${(order - quarter) / 4}-Q${quarter}`;
}
