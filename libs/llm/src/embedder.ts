import { OpenAIEmbeddings } from '@langchain/openai';
import { CallFailure, classify } from './call-failure.js';
import { EndpointState, type ModelTrouble } from './endpoint-state.js';
import { stopOf, TimeLimit } from './time-limit.js';

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
  private readonly endpoint = new EndpointState();

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

  /** What keeps the endpoint from answering now, as far as is known without asking it; for health reports. */
  async trouble(): Promise<ModelTrouble | null> {
    return this.endpoint.trouble;
  }

  /** `signal`: time the caller shares among its calls; aborted, it rejects at once and nothing is asked. */
  async embed(texts: string[], signal?: AbortSignal): Promise<number[][]> {
    if (texts.length === 0) return [];
    const stop = stopOf(signal);
    if (stop) throw new CallFailure(stop);
    const vectors = await this.endpoint.execute(() => this.limited(texts, signal));
    const length = vectors[0]?.length ?? 0;
    const isWhole = vectors.length === texts.length && length > 0 && vectors.every((each) => each.length === length);
    if (!isWhole) throw new Error('the embedding endpoint answered with vectors that do not fit the request');
    return vectors;
  }

  /**
   * The SDK's own limit ends with the answer's headers and it takes no signal: a request that is given up here ends by
   * itself, unheard.
   */
  private async limited(texts: string[], signal: AbortSignal | undefined): Promise<number[][]> {
    const time = new TimeLimit(this.settings.timeoutMs * Math.ceil(texts.length / BATCH), signal);
    const over = new Promise<never>((_resolve, reject) => {
      time.signal.addEventListener('abort', () => reject(new CallFailure(stopOf(signal) ?? 'no-answer')));
    });
    try {
      return await Promise.race([this.embeddings.embedDocuments(texts), over]);
    } catch (error) {
      throw classify(error);
    } finally {
      time.end();
    }
  }
}
