import type pg from 'pg';
import { isPlainSpeech, type LlmGateway } from '#libs/llm';
import { writeAnswer } from './answer-writer.js';
import type { Topic } from './document.js';
import type { Embedder } from './embedding.js';
import { type FoundPassage, findPassages } from './retrieval.js';

export interface KnowledgeSource {
  title: string;
  source: string;
  /** ISO date or null. */
  published: string | null;
}

/** `found: false` is an expected outcome: the bot says it does not know and offers a manager. */
export type KnowledgeAnswer = { found: true; text: string; sources: KnowledgeSource[] } | { found: false };

/** Least share of the question's information a quoted passage must cover. */
const QUOTE_COVERAGE = 0.5;
/** Least share for a passage to be shown to a model, which may still say it does not answer. */
const CANDIDATE_COVERAGE = 0.25;
const QUESTION_LIMIT = 500;
const PASSAGES = 4;

export interface AnswerOptions {
  /** Time the turn shares among its model calls; when it is over the best passage is quoted. */
  signal?: AbortSignal;
  /** Gets what a model writes as it grows, checked sentence by sentence; together they begin the text returned. */
  onSentence?: (text: string) => void;
}

/** Answers from documents with source and date. Without a model the best passage is quoted as it is. */
export class KnowledgeBase {
  constructor(
    private readonly pool: pg.Pool,
    private readonly options: { gateway?: LlmGateway | null; embedder?: Embedder | null } = {},
  ) {}

  /** @param topic where to look first; a question put in the wrong place is still answered from the other */
  async answer(question: string, topic?: Topic, options: AnswerOptions = {}): Promise<KnowledgeAnswer> {
    const { signal } = options;
    const asked = question.slice(0, QUESTION_LIMIT);
    const inTopic = await this.find(asked, topic, signal);
    const passages = topic !== undefined && !quotable(inTopic) ? await this.find(asked, undefined, signal) : inTopic;
    // Vectors find what shares no word with the question; only a model can judge whether it answers.
    const candidates = passages.filter(
      (passage) => passage.coverage >= CANDIDATE_COVERAGE || passage.similarity !== null,
    );
    const { gateway } = this.options;
    if (gateway && candidates.length > 0 && isPlainSpeech(asked)) {
      const written = await writeAnswer(gateway, asked, candidates, options);
      if (written.kind === 'unknown') return { found: false };
      if (written.kind === 'answered') return { found: true, text: written.text, sources: sourcesOf(written.cited) };
    }
    const best = quotable(passages);
    if (!best) return { found: false };
    return { found: true, text: best.body, sources: sourcesOf([best]) };
  }

  private find(question: string, topic?: Topic, signal?: AbortSignal): Promise<FoundPassage[]> {
    const { embedder = null } = this.options;
    return findPassages(this.pool, question, { topic, limit: PASSAGES, embedder, signal });
  }
}

/** The passage to quote: words decide, because nobody judges what vectors bring. */
function quotable(passages: readonly FoundPassage[]): FoundPassage | undefined {
  return passages.filter((passage) => passage.coverage >= QUOTE_COVERAGE).sort((a, b) => b.headed - a.headed)[0];
}

/** One source for each document, in the order of citation. */
function sourcesOf(passages: readonly FoundPassage[]): KnowledgeSource[] {
  const sources = new Map(
    passages.map(({ title, source, published }) => [`${title}\n${source}`, { title, source, published }]),
  );
  return [...sources.values()];
}
