import { OpenAIEmbeddings } from '@langchain/openai';
import type { CircuitBreakerPolicy } from 'cockatiel';
import { endpointBreaker, isPassing } from './breaker.js';
import { classify } from './call-failure.js';

export interface EmbedderSettings {
  apiKey: string;
  /** The same OpenAI-compatible endpoint the chat model lives at; default is the vendor's own. */
  baseUrl?: string;
  /** Name of the embedding model, e.g. `text-embedding-3-small`. */
  model: string;
  /** Limit for one request, milliseconds. */
  timeoutMs: number;
}

/** Texts of one request: far below the endpoint's 2,048, so that one timeout loses little. */
const BATCH = 64;

/**
 * Turns texts into vectors at an OpenAI-compatible endpoint. Rejects when the endpoint does not answer in time, answers
 * with another number of vectors or with vectors of unequal length; while its breaker is open it rejects at once, so that
 * a dead endpoint does not slow every search down. Its tokens are not part of the daily budget: a question costs under
 * a thousandth of a chat call.
 */
export class OpenAiEmbedder {
  private readonly embeddings: OpenAIEmbeddings;
  private readonly breaker: CircuitBreakerPolicy = endpointBreaker();

  constructor(private readonly settings: EmbedderSettings) {
    this.embeddings = new OpenAIEmbeddings({
      model: settings.model,
      apiKey: settings.apiKey,
      batchSize: BATCH,
      maxRetries: 0,
      timeout: settings.timeoutMs,
      ...(settings.baseUrl ? { configuration: { baseURL: settings.baseUrl } } : {}),
    });
  }

  /** Name of the model: vectors of different models are never compared. */
  get model(): string {
    return this.settings.model;
  }

  get isAvailable(): boolean {
    return isPassing(this.breaker);
  }

  async embed(texts: string[]): Promise<number[][]> {
    if (texts.length === 0) return [];
    const vectors = await this.breaker.execute(async () => {
      try {
        return await this.embeddings.embedDocuments(texts);
      } catch (error) {
        throw classify(error);
      }
    });
    const length = vectors[0]?.length ?? 0;
    const isWhole = vectors.length === texts.length && length > 0 && vectors.every((each) => each.length === length);
    if (!isWhole) throw new Error('the embedding endpoint answered with vectors that do not fit the request');
    return vectors;
  }
}
