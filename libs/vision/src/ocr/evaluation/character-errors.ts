/** Fewest insertions, deletions and replacements that turn one text into the other (Levenshtein), by characters. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, letter] of from.entries()) {
    const row = [i + 1];
    for (const [j, other] of to.entries())
      row.push(Math.min(previous[j + 1]! + 1, row[j]! + 1, previous[j]! + (letter === other ? 0 : 1)));
    previous = row;
  }
  return previous[to.length]!;
}

/** White space of any kind and length counts as one space, ends do not count. */
const plain = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** Errors and characters of a reading of text that has an order. Their quotient is the character error rate. */
export function orderedErrors(read: string, written: readonly string[]): { errors: number; characters: number } {
  const truth = plain(written.join(' '));
  return { errors: editDistance(plain(read), truth), characters: [...truth].length };
}

/**
 * The same for labels scattered over a drawing, which may be read in any order: each label is compared with the read line or run of
 * words nearest to it, each used once; what is read and belongs to no label counts as errors.
 */
export function scatteredErrors(read: string, written: readonly string[]): { errors: number; characters: number } {
  const words = read.split(/\s+/u).filter(Boolean);
  const used = new Set<number>();
  let errors = 0;
  for (const label of [...written].map(plain).sort((a, b) => b.length - a.length)) {
    const length = label.split(' ').length;
    let best = { distance: [...label].length, start: -1, length: 0 };
    for (let start = 0; start < words.length; start++)
      for (const size of [length, length - 1, length + 1]) {
        if (size < 1 || start + size > words.length) continue;
        const span = Array.from({ length: size }, (_, i) => start + i);
        if (span.some((index) => used.has(index))) continue;
        const distance = editDistance(words.slice(start, start + size).join(' '), label);
        if (distance < best.distance) best = { distance, start, length: size };
      }
    errors += best.distance;
    for (let i = 0; i < best.length; i++) used.add(best.start + i);
  }
  const left = words.filter((_, index) => !used.has(index));
  return {
    errors: errors + left.reduce((sum, word) => sum + [...word].length, 0),
    characters: written.reduce((sum, label) => sum + [...plain(label)].length, 0),
  };
}
