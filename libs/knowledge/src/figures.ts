/** Figures of a text as comparable strings: «1 200,5» → `1200.5`. */
export function figuresOf(text: string): Set<string> {
  const figures = new Set<string>();
  for (const match of text.matchAll(/\d[\d\s\u00A0\u202F]*(?:[.,]\d+)?/g)) {
    figures.add(
      match[0]
        .replace(/[\s\u00A0\u202F]/g, '')
        .replace(',', '.')
        .replace(/\.0+$/, ''),
    );
  }
  return figures;
}

/** True when every figure of the answer stands in one of the texts it cites. */
export function figuresAreCited(answer: string, cited: string[]): boolean {
  const allowed = new Set(cited.flatMap((text) => [...figuresOf(text)]));
  return [...figuresOf(answer)].every((figure) => allowed.has(figure));
}
