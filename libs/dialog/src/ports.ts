import type { LotHit } from '#libs/estates';
import type { Understanding, UnderstandingContext } from '#libs/nlu';
import type { PhraseBook } from './phrases/phrase-book.js';

/** Reads a client's text: rules by default, a cascade with a model when one is configured. */
export interface Understander {
  /** `signal`: when it is aborted no model is asked any more. */
  understand(
    text: string,
    context?: UnderstandingContext,
    signal?: AbortSignal,
  ): Promise<Understanding> | Understanding;
}

/** Answers side questions from documents; `found: false` is an expected outcome. */
export interface KnowledgePort {
  answer(
    question: string,
    topic?: 'about' | 'market',
    /** `onSentence` gets what a model writes as it grows, each sentence checked; `signal` ends its time. */
    options?: { signal?: AbortSignal; onSentence?: (text: string) => void },
  ): Promise<
    | { found: true; text: string; sources: { title: string; source: string; published: string | null }[] }
    | { found: false }
  >;
}

/** Reads of lots already found; `Catalogue` of `libs/estates` is one. */
export interface LotReader {
  /** In the order asked; a lot that has gone is left out. */
  lots(ids: readonly string[]): Promise<LotHit[]>;
}

/** When managers answer and what a client who waits for them may be promised. */
export interface ManagersDuty {
  now(): Date;
  isOpen(at: Date): boolean;
  /** The moment itself when they are at work, else the next opening. */
  nextOpen(at: Date): Date;
  /** By Moscow's clock; days 1 (Monday) to 7. */
  hours: { opens: number; closes: number; days: readonly number[] };
  /** Minutes after which a manager is reminded, and the client told; 0 = never. */
  reminderMinutes: number;
  waitMinutes: number;
}

/** Everything the graph depends on; nothing in `libs/dialog` is a singleton. */
export interface DialogDeps {
  understander: Understander;
  knowledge: KnowledgePort;
  catalogue: LotReader;
  /**
   * Official station names closest to what the client wrote, best first; for a name shared by different stations their full names
   * «name (line)»; empty when nothing is near.
   */
  closestStations(text: string): Promise<string[]>;
  /** The phrase book in force; called once a turn, so that an edit in the database needs no deploy. */
  phrases(): Promise<PhraseBook> | PhraseBook;
  /** Absent: nothing is known of managers and nothing promised. */
  managers?: ManagersDuty;
}
