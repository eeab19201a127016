/** How what came differs from what had to come. */
export interface Damage {
  lost: number;
  duplicated: number;
  reordered: number;
}

/** Compares two sequences; an element may occur in both more than once. */
export function damage(expected: readonly string[], actual: readonly string[]): Damage {
  const missing = without(expected, actual);
  const extra = without(actual, expected);
  const common = without(actual, extra);
  const order = without(expected, missing);
  return {
    lost: missing.length,
    duplicated: extra.length,
    reordered: common.filter((element, index) => element !== order[index]).length,
  };
}

/** `from` less one occurrence for each element of `taken`; the last occurrences go first. */
function without(from: readonly string[], taken: readonly string[]): string[] {
  const left = [...from];
  for (const element of taken) {
    const index = left.lastIndexOf(element);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}
