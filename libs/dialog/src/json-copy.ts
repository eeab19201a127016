/**
 * A deep copy of plain JSON. `structuredClone` does the same for far more kinds of values and takes several times as long for
 * the state of a turn.
 */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  // Spread defines properties, so a key like `__proto__` stays data.
  const copy = { ...value };
  for (const key of Object.keys(copy) as (keyof T)[]) {
    const inner = copy[key];
    if (typeof inner === 'object' && inner !== null) copy[key] = copyJson(inner);
  }
  return copy;
}
