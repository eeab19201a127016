import { beginnings } from './pattern-beginnings.js';

/** A wording and the family it belongs to. */
export interface FamilyPattern<F> {
  family: F;
  pattern: RegExp;
}

interface Indexed<F> extends FamilyPattern<F> {
  /** The pattern, matching only where its `lastIndex` stands. */
  sticky: RegExp;
}

const pairOf = (text: string, at: number): number => (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) & 0xffff);

/**
 * Patterns found by the first two letters of the words they may begin with. A pattern is tried only where a word begins that way,
 * so that a message costs a look-up for each word instead of a search for each pattern. What a pattern may begin with is worked out
 * from its source; one that may begin with anything is searched for as usual.
 */
export class PatternIndex<F> {
  private readonly byPair = new Map<number, Indexed<F>[]>();
  private readonly byLetter = new Map<number, Indexed<F>[]>();
  private readonly anywhere: Indexed<F>[] = [];

  /** `lead` is what every pattern says before its first word: the space of `Utterance.flat`, or nothing. */
  constructor(
    patterns: readonly FamilyPattern<F>[],
    private readonly lead: ' ' | '' = ' ',
  ) {
    const pairs = new Map<string, Indexed<F>[]>();
    for (const { family, pattern } of patterns) {
      const flags = pattern.flags.replace(/[gy]/g, '');
      const entry = { family, pattern, sticky: new RegExp(pattern.source, `${flags}y`) };
      const starts = beginnings(pattern.source, lead.length + 2);
      if (starts === undefined || !starts.every((start) => start.startsWith(lead) && start.length > lead.length)) {
        this.anywhere.push(entry);
        continue;
      }
      for (const start of new Set(starts.map((text) => text.slice(lead.length)))) {
        const list = pairs.get(start);
        if (list) list.push(entry);
        else pairs.set(start, [entry]);
      }
    }
    for (const [start, list] of pairs) if (start.length === 1) this.byLetter.set(start.charCodeAt(0), list);
    for (const [start, list] of pairs) {
      if (start.length === 1) continue;
      const wider = pairs.get(start.charAt(0)) ?? [];
      this.byPair.set(pairOf(start, 0), [...new Set([...list, ...wider])]);
    }
  }

  /** The patterns that may match at the word whose first letter stands at `at`. */
  private candidates(text: string, at: number): readonly Indexed<F>[] | undefined {
    return this.byPair.get(pairOf(text, at)) ?? this.byLetter.get(text.charCodeAt(at));
  }

  /** The families a wording of which stands in `flat` (words framed by single spaces). */
  familiesIn(flat: string): Set<F> {
    const found = new Set<F>();
    for (const { family, pattern } of this.anywhere) if (!found.has(family) && pattern.test(flat)) found.add(family);
    for (let space = 0; space >= 0 && space + 1 < flat.length; space = flat.indexOf(' ', space + 1)) {
      const candidates = this.candidates(flat, space + 1);
      if (candidates === undefined) continue;
      for (const { family, sticky } of candidates) {
        if (found.has(family)) continue;
        sticky.lastIndex = space;
        if (sticky.test(flat)) found.add(family);
      }
    }
    return found;
  }

  /** Calls `visit` with every match that begins at one of `starts`, word by word; matches of one pattern do not overlap. */
  eachMatch(
    text: string,
    starts: readonly { start: number }[],
    visit: (family: F, start: number, end: number) => void,
  ): void {
    const ends = new Map<Indexed<F>, number>();
    for (const { start } of starts) {
      const candidates = this.candidates(text, start);
      if (candidates === undefined) continue;
      for (const entry of candidates) {
        if (start < (ends.get(entry) ?? 0)) continue;
        entry.sticky.lastIndex = start - this.lead.length;
        if (!entry.sticky.test(text)) continue;
        ends.set(entry, entry.sticky.lastIndex);
        visit(entry.family, start, entry.sticky.lastIndex);
      }
    }
  }
}
