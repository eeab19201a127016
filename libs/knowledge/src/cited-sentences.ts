import { looksLikeInjection } from '#libs/llm';
import { figuresAreCited } from './figures.js';
import { foldText } from './fold.js';

/** A part of an answer that has been checked against the passages it cites. */
export interface CitedSentence {
  text: string;
  /** Numbers of the passages, from 0. */
  cited: number[];
}

const LONGEST_SENTENCE = 600;
const MOST_SENTENCES = 5;
/** Least share of a sentence's words that must come from its passages or from the question. */
const SUPPORT = 0.5;
/** Letters of a word that must agree: enough to ignore Russian endings. */
const STEM = 5;
/** Text up to its marks, «… до 19:00. [1][2]», and the first sign of what follows them. */
const MARKED = /^([^[]+?)\s*((?:\[\d{1,2}\]\s*)+)([.!?]?)(?=\s*\S|$)/u;
/** «[1]» may still become «[1][2]» or «[12]»: marks are complete only when something else follows. */
const OPEN_MARKS = /\[[\d\]\s[]*[.!?]?\s*$/u;

/**
 * Reads an answer as it streams and lets out one sentence at a time, once its citation marks have arrived and every figure
 * of it stands in a passage it cites. Nothing unchecked ever leaves; after the first sentence that fails, nothing does.
 */
export class CitedSentences {
  readonly released: CitedSentence[] = [];
  private buffer = '';
  private isRejected = false;

  constructor(
    private readonly passages: readonly string[],
    private readonly question: string,
  ) {}

  /** False once the rest of the answer is worthless: it broke a rule, or is long enough. */
  get isOpen(): boolean {
    return !this.isRejected && this.released.length < MOST_SENTENCES;
  }

  /** Takes the next piece of the stream; returns the sentences it completed. */
  add(piece: string): CitedSentence[] {
    this.buffer += piece;
    return this.release(false);
  }

  /** The stream came to its honest end: marks that stand last are complete. */
  end(): CitedSentence[] {
    return this.release(true);
  }

  private release(isEnd: boolean): CitedSentence[] {
    const fresh: CitedSentence[] = [];
    while (this.isOpen) {
      if (!isEnd && OPEN_MARKS.test(this.buffer) && !hasTextAfterMarks(this.buffer)) break;
      const match = MARKED.exec(this.buffer);
      if (!match) break;
      this.buffer = this.buffer.slice(match[0].length).trimStart();
      const text = `${match[1]?.trim() ?? ''}${match[3] ?? ''}`;
      const cited = [...(match[2] ?? '').matchAll(/\d+/gu)].map(([number]) => Number(number) - 1);
      if (!this.isSupported(text, cited)) {
        this.isRejected = true;
        break;
      }
      fresh.push({ text, cited: [...new Set(cited)] });
      this.released.push({ text, cited: [...new Set(cited)] });
    }
    if (this.buffer.length > LONGEST_SENTENCE) this.isRejected = true;
    return fresh;
  }

  private isSupported(text: string, cited: readonly number[]): boolean {
    const passages = cited.map((number) => this.passages[number]);
    if (text.length > LONGEST_SENTENCE || passages.some((passage) => passage === undefined)) return false;
    const texts = passages.filter((passage) => passage !== undefined);
    if (/https?:|www\.|@|[<>{}`|]/iu.test(text) || looksLikeInjection(text)) return false;
    return figuresAreCited(text, texts) && this.support(text, texts) >= SUPPORT;
  }

  private support(text: string, passages: readonly string[]): number {
    const known = new Set([...passages, this.question].flatMap(stemsOf));
    const said = stemsOf(text);
    return said.length === 0 ? 0 : said.filter((stem) => known.has(stem)).length / said.length;
  }
}

function hasTextAfterMarks(buffer: string): boolean {
  return /\]\s*[.!?]?\s*[^\s\].!?[]/u.test(buffer);
}

function stemsOf(text: string): string[] {
  return (foldText(text).match(/\p{L}{4,}/gu) ?? []).map((word) => word.slice(0, STEM));
}
