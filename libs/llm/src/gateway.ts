import { setTimeout } from 'node:timers/promises';
import type { AIMessageChunk, BaseMessageLike } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { BrokenCircuitError } from 'cockatiel';
import { type ZodType, z } from 'zod';
import { CallFailure, classify } from './call-failure.js';
import { EndpointState, type ModelTrouble } from './endpoint-state.js';
import { type LlmCallRecord, type LlmOutcome, type LlmUsage, NO_USAGE } from './outcome.js';
import type { LlmSettings } from './settings.js';
import type { SpendLedger } from './spend.js';
import { stopOf, TimeLimit } from './time-limit.js';

export interface StructuredRequest<T> {
  /** What the call is for: a metric label such as `understand`. */
  purpose: string;
  /** Name of the schema as the endpoint sees it. */
  schemaName: string;
  schema: ZodType<T>;
  messages: BaseMessageLike[];
  /** Time the caller shares among all its calls: aborted, nothing more is asked and nothing waited for. */
  signal?: AbortSignal | undefined;
}

export interface StreamRequest {
  /** What the call is for: a metric label such as `answer`. */
  purpose: string;
  messages: BaseMessageLike[];
  /** Gets the text as it arrives; `false` stops the stream, which is not a failure. */
  onText(text: string): boolean;
  /** As of StructuredRequest. */
  signal?: AbortSignal | undefined;
}

export interface LlmGatewayOptions {
  now?: () => Date;
  onCall?: (record: LlmCallRecord) => void;
  /** Waits between the two attempts, until the signal at most; replaced in tests. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Longest Retry-After we honour inside a turn; beyond it the client would rather hear a clarifying question. */
const MAX_RETRY_AFTER_MS = 2_000;
const RETRY_PAUSE_MS = 250;
/** Upper estimate for Russian text, when a stream ends before the endpoint has told its usage. */
const CHARACTERS_PER_TOKEN = 2;

interface Attempt<T> {
  value: T;
  usage: LlmUsage;
}

/**
 * The only way to a model: strict structured output or streamed text, with a time limit, one retry, a circuit breaker and
 * a daily budget shared by all processes. Never throws for what an endpoint does: an unavailable model is an expected outcome.
 */
export class LlmGateway {
  private readonly chat: ChatOpenAI;
  private readonly endpoint = new EndpointState();
  private readonly now: () => Date;
  private readonly onCall: (record: LlmCallRecord) => void;
  private readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;

  constructor(
    private readonly settings: LlmSettings,
    private readonly ledger: SpendLedger,
    options: LlmGatewayOptions = {},
  ) {
    this.now = options.now ?? (() => new Date());
    this.onCall = options.onCall ?? (() => {});
    // An aborted sleep is a short one: what to do then is asked afterwards.
    this.sleep = options.sleep ?? ((ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}));
    this.chat = new ChatOpenAI({
      model: settings.model,
      apiKey: settings.apiKey,
      temperature: 0,
      // Retries, deadlines and counting are ours: the SDK would hide attempts from the budget.
      maxRetries: 0,
      // A refusal stands only in the raw answer: the converter for chat completions drops it.
      __includeRawResponse: true,
      timeout: settings.timeoutMs,
      ...(settings.baseUrl ? { configuration: { baseURL: settings.baseUrl } } : {}),
    });
  }

  /** What keeps the model from answering now, as far as is known without asking it; for health reports. Rejects without a ledger. */
  async trouble(): Promise<ModelTrouble | null> {
    return this.endpoint.trouble ?? ((await this.isBudgetSpent()) ? 'budget' : null);
  }

  /** Asks for one object of the given schema. The schema must be strict: every field required, nullable where optional. */
  structured<T extends Record<string, unknown>>(request: StructuredRequest<T>): Promise<LlmOutcome<T>> {
    return this.call(request, (time) => this.attemptStructured(request, time));
  }

  /**
   * Streams plain text into `onText`. A stream that is cut after its first text is a failure and is not asked again: the
   * caller decides what to do with the part it has.
   */
  stream(request: StreamRequest): Promise<LlmOutcome<string>> {
    return this.call(request, (time) => this.attemptStream(request, time));
  }

  private async call<T>(
    { purpose, signal }: { purpose: string; signal?: AbortSignal | undefined },
    attempt: (time: TimeLimit) => Promise<Attempt<T>>,
  ): Promise<LlmOutcome<T>> {
    const started = performance.now();
    const spent: LlmUsage = { ...NO_USAGE };
    const finish = (outcome: LlmOutcome<T>): LlmOutcome<T> => {
      this.onCall({
        purpose,
        outcome: outcome.ok ? 'ok' : outcome.failure,
        milliseconds: performance.now() - started,
        ...spent,
      });
      return outcome;
    };
    for (let number = 1; ; number += 1) {
      const stop = stopOf(signal);
      if (stop) return finish({ ok: false, failure: stop, usage: spent });
      if (await this.isBudgetSpent()) return finish({ ok: false, failure: 'budget', usage: spent });
      try {
        const { value, usage } = await this.endpoint.execute(() => this.limited(attempt, signal));
        await this.account(spent, usage);
        return finish({ ok: true, value, usage: spent });
      } catch (error) {
        if (error instanceof BrokenCircuitError) return finish({ ok: false, failure: 'breaker-open', usage: spent });
        const failure = error instanceof CallFailure ? error : new CallFailure('provider-error');
        await this.account(spent, failure.usage);
        const pause = failure.retryAfterMs ?? RETRY_PAUSE_MS;
        if (number >= 2 || !failure.isRetryable || pause > MAX_RETRY_AFTER_MS) {
          return finish({ ok: false, failure: failure.failure, usage: spent });
        }
        await this.sleep(pause, signal);
      }
    }
  }

  /** One attempt within its own limit and the caller's. */
  private async limited<T>(
    attempt: (time: TimeLimit) => Promise<Attempt<T>>,
    signal: AbortSignal | undefined,
  ): Promise<Attempt<T>> {
    const time = new TimeLimit(this.settings.timeoutMs, signal);
    try {
      return await attempt(time);
    } catch (error) {
      const failure = classify(error);
      const stop = stopOf(signal);
      // Cut by the caller's end, not by its own limit: an honest answer that came just before stays what it is.
      if (!stop || failure.failure !== 'no-answer') throw failure;
      throw new CallFailure(stop, failure.usage, undefined, failure.hasBegun);
    } finally {
      time.end();
    }
  }

  private async isBudgetSpent(): Promise<boolean> {
    return (await this.ledger.spentToday(this.now())) >= this.settings.dailyBudgetKopecks;
  }

  private async account(total: LlmUsage, usage: LlmUsage): Promise<void> {
    total.inputTokens += usage.inputTokens;
    total.outputTokens += usage.outputTokens;
    total.kopecks += usage.kopecks;
    if (usage.kopecks > 0) await this.ledger.add(this.now(), usage);
  }

  private async attemptStructured<T extends Record<string, unknown>>(
    request: StructuredRequest<T>,
    time: TimeLimit,
  ): Promise<Attempt<T>> {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(request.schema);
    let answer: AIMessageChunk;
    try {
      // The SDK's timeout covers the answer's headers; the signal also covers a body that never ends.
      answer = await this.chat.invoke(request.messages, {
        response_format: { type: 'json_schema', json_schema: { name: request.schemaName, strict: true, schema } },
        signal: time.signal,
      });
    } catch (error) {
      throw classify(error);
    }
    const usage = this.usageOf(answer);
    if (refusalOf(answer)) throw new CallFailure('refused', usage);
    let value: unknown;
    try {
      value = JSON.parse(answer.text);
    } catch {
      throw new CallFailure('invalid', usage);
    }
    const parsed = request.schema.safeParse(value);
    if (!parsed.success) throw new CallFailure('invalid', usage);
    return { value: parsed.data, usage };
  }

  private async attemptStream({ messages, onText }: StreamRequest, time: TimeLimit): Promise<Attempt<string>> {
    let text = '';
    let reported: LlmUsage | null = null;
    let isFinished = false;
    const usage = () =>
      reported ??
      this.price(
        text ? Math.ceil(JSON.stringify(messages).length / CHARACTERS_PER_TOKEN) : 0,
        Math.ceil(text.length / CHARACTERS_PER_TOKEN),
      );
    try {
      const chunks = await this.chat.stream(messages, { signal: time.signal });
      for await (const chunk of chunks) {
        if (refusalOf(chunk)) throw new CallFailure('refused', usage(), undefined, true);
        if (chunk.usage_metadata) reported = this.usageOf(chunk);
        if (finishReasonOf(chunk) === 'stop') isFinished = true;
        if (chunk.text === '') continue;
        text += chunk.text;
        if (!onText(chunk.text)) return { value: text, usage: usage() };
      }
    } catch (error) {
      const { failure, retryAfterMs } = classify(error);
      throw new CallFailure(failure, usage(), retryAfterMs, text !== '');
    } finally {
      time.abort();
    }
    // A connection that closes politely in the middle of an answer is still a cut stream.
    if (!isFinished) throw new CallFailure('no-answer', usage(), undefined, text !== '');
    return { value: text, usage: usage() };
  }

  private usageOf(answer: AIMessageChunk): LlmUsage {
    return this.price(answer.usage_metadata?.input_tokens ?? 0, answer.usage_metadata?.output_tokens ?? 0);
  }

  private price(inputTokens: number, outputTokens: number): LlmUsage {
    const { inputRubPerMillion, outputRubPerMillion } = this.settings;
    // Rounded up: the budget is a promise not to spend more.
    const kopecks = Math.ceil((inputTokens * inputRubPerMillion + outputTokens * outputRubPerMillion) / 10_000);
    return { inputTokens, outputTokens, kopecks };
  }
}

interface RawChoice {
  message?: { refusal?: string | null };
  delta?: { refusal?: string | null };
}

function refusalOf(answer: AIMessageChunk): string | null {
  const raw = answer.additional_kwargs.__raw_response as { choices?: RawChoice[] } | undefined;
  const choice = raw?.choices?.[0];
  return choice?.message?.refusal ?? choice?.delta?.refusal ?? null;
}

function finishReasonOf(chunk: AIMessageChunk): string | undefined {
  const reason: unknown = chunk.response_metadata.finish_reason;
  return typeof reason === 'string' ? reason : undefined;
}
