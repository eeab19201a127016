/** Clients repeat words more than they invent them: what was found out about a word is kept, up to this many words. */
const MOST_KNOWN = 5000;

/**
 * What words are about, so that a model knows a wording it never met by the things it speaks of. Every concept has a list of words;
 * a word with a hyphen at its end stands for every word that begins so. The whole word wins over a beginning, a longer beginning
 * over a shorter one, and of equal entries the first.
 */
export class ConceptLexicon {
  private readonly words = new Map<string, string>();
  private readonly beginnings = new Map<string, string>();
  private readonly known = new Map<string, string | undefined>();
  private shortest = Number.POSITIVE_INFINITY;
  private longest = 0;

  constructor(concepts: Readonly<Record<string, string>>) {
    for (const [concept, list] of Object.entries(concepts)) {
      for (const item of list.split(' ')) {
        if (item.endsWith('-')) this.addBeginning(item.slice(0, -1), concept);
        else if (!this.words.has(item)) this.words.set(item, concept);
      }
    }
  }

  private addBeginning(stem: string, concept: string): void {
    if (this.beginnings.has(stem)) return;
    this.beginnings.set(stem, concept);
    this.shortest = Math.min(this.shortest, stem.length);
    this.longest = Math.max(this.longest, stem.length);
  }

  /** The concept of a folded word, or undefined for words that say nothing of any. */
  of(form: string): string | undefined {
    if (this.known.has(form)) return this.known.get(form);
    const concept = this.find(form);
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(form, concept);
    return concept;
  }

  private find(form: string): string | undefined {
    const exact = this.words.get(form);
    if (exact !== undefined) return exact;
    for (let length = Math.min(this.longest, form.length); length >= this.shortest; length--) {
      const concept = this.beginnings.get(form.slice(0, length));
      if (concept !== undefined) return concept;
    }
    return undefined;
  }
}
