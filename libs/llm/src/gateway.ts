import type { AIMessageChunk, BaseMessageLike } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';
import { type ZodType, z } from 'zod';
import { type LlmCallRecord, type LlmFailure, type LlmOutcome, type LlmUsage, NO_USAGE } from './outcome.js';
import type { LlmSettings } from './settings.js';
import type { SpendLedger } from './spend.js';

export interface StructuredRequest<T> {
  /** What the call is for: a metric label such as `understand`. */
  purpose: string;
  /** Name of the schema as the endpoint sees it. */
  schemaName: string;
  schema: ZodType<T>;
  messages: BaseMessageLike[];
}

export interface LlmGatewayOptions {
  now?: () => Date;
  onCall?: (record: LlmCallRecord) => void;
  /** Waits between the two attempts; replaced in tests. */
  sleep?: (ms: number) => Promise<void>;
}

/** Longest Retry-After we honour inside a turn; beyond it the client would rather hear a clarifying question. */
const MAX_RETRY_AFTER_MS = 2_000;
const RETRY_PAUSE_MS = 250;

class CallFailure extends Error {
  constructor(
    readonly failure: LlmFailure,
    readonly usage: LlmUsage,
    readonly retryAfterMs?: number,
  ) {
    super(failure);
  }

  /** A refusal or a bad schema will not get better at once; a silent or overloaded endpoint may. */
  get retryable(): boolean {
    return this.failure === 'no-answer' || this.failure === 'provider-error' || this.failure === 'rate-limited';
  }
}

/**
 * The only way to a model: strict structured output with a time limit, one retry, a circuit breaker (opens after five
 * failures in a row, tries again after 10 s, doubling to 5 min) and a daily budget shared by all processes.
 * Never throws: an unavailable model is an expected outcome.
 */
export class LlmGateway {
  private readonly chat: ChatOpenAI;
  private readonly breaker: CircuitBreakerPolicy;
  private readonly now: () => Date;
  private readonly onCall: (record: LlmCallRecord) => void;
  private readonly sleep: (ms: number) => Promise<void>;

  constructor(
    private readonly settings: LlmSettings,
    private readonly ledger: SpendLedger,
    options: LlmGatewayOptions = {},
  ) {
    this.now = options.now ?? (() => new Date());
    this.onCall = options.onCall ?? (() => {});
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
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
    this.breaker = circuitBreaker(
      handleWhen((error) => error instanceof CallFailure && error.retryable),
      {
        halfOpenAfter: new ExponentialBackoff({ initialDelay: 10_000, maxDelay: 300_000 }),
        breaker: new ConsecutiveBreaker(5),
      },
    );
  }

  /** Asks for one object of the given schema. The schema must be strict: every field required, nullable where optional. */
  async structured<T extends Record<string, unknown>>(request: StructuredRequest<T>): Promise<LlmOutcome<T>> {
    const started = performance.now();
    const spent: LlmUsage = { ...NO_USAGE };
    const finish = (outcome: LlmOutcome<T>): LlmOutcome<T> => {
      this.onCall({
        purpose: request.purpose,
        outcome: outcome.ok ? 'ok' : outcome.failure,
        milliseconds: performance.now() - started,
        ...spent,
      });
      return outcome;
    };
    for (let attempt = 1; ; attempt += 1) {
      if ((await this.ledger.spentToday(this.now())) >= this.settings.dailyBudgetKopecks) {
        return finish({ ok: false, failure: 'budget', usage: spent });
      }
      try {
        const { value, usage } = await this.breaker.execute(() => this.attempt(request));
        await this.account(spent, usage);
        return finish({ ok: true, value, usage: spent });
      } catch (error) {
        if (error instanceof BrokenCircuitError) return finish({ ok: false, failure: 'breaker-open', usage: spent });
        const failure = error instanceof CallFailure ? error : new CallFailure('provider-error', NO_USAGE);
        await this.account(spent, failure.usage);
        const pause = failure.retryAfterMs ?? RETRY_PAUSE_MS;
        if (attempt >= 2 || !failure.retryable || pause > MAX_RETRY_AFTER_MS) {
          return finish({ ok: false, failure: failure.failure, usage: spent });
        }
        await this.sleep(pause);
      }
    }
  }

  private async account(total: LlmUsage, usage: LlmUsage): Promise<void> {
    total.inputTokens += usage.inputTokens;
    total.outputTokens += usage.outputTokens;
    total.kopecks += usage.kopecks;
    if (usage.kopecks > 0) await this.ledger.add(this.now(), usage);
  }

  private async attempt<T extends Record<string, unknown>>(
    request: StructuredRequest<T>,
  ): Promise<{ value: T; usage: LlmUsage }> {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(request.schema);
    let answer: AIMessageChunk;
    try {
      // The SDK's timeout covers the answer's headers; the signal also covers a body that never ends.
      answer = await this.chat.invoke(request.messages, {
        response_format: { type: 'json_schema', json_schema: { name: request.schemaName, strict: true, schema } },
        signal: AbortSignal.timeout(this.settings.timeoutMs),
      });
    } catch (error) {
      throw classify(error);
    }
    const usage = this.price(answer);
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

  private price(answer: AIMessageChunk): LlmUsage {
    const inputTokens = answer.usage_metadata?.input_tokens ?? 0;
    const outputTokens = answer.usage_metadata?.output_tokens ?? 0;
    const { inputRubPerMillion, outputRubPerMillion } = this.settings;
    // Rounded up: the budget is a promise not to spend more.
    const kopecks = Math.ceil((inputTokens * inputRubPerMillion + outputTokens * outputRubPerMillion) / 10_000);
    return { inputTokens, outputTokens, kopecks };
  }
}

/** Turns what the SDK throws into a failure of ours: an HTTP status is an answer, everything else is silence. */
function classify(error: unknown): CallFailure {
  const { status, headers } = (error ?? {}) as { status?: number; headers?: unknown };
  if (status === 429) return new CallFailure('rate-limited', NO_USAGE, retryAfter(headers));
  if (typeof status === 'number' && status >= 500)
    return new CallFailure('provider-error', NO_USAGE, retryAfter(headers));
  if (typeof status === 'number') return new CallFailure('refused', NO_USAGE);
  // The SDK parses JSON answers itself; their tokens are lost to us, which the budget tolerates.
  if (error instanceof SyntaxError) return new CallFailure('invalid', NO_USAGE);
  return new CallFailure('no-answer', NO_USAGE);
}

function refusalOf(answer: AIMessageChunk): string | null {
  const raw = answer.additional_kwargs.__raw_response as
    | { choices?: { message?: { refusal?: string | null } }[] }
    | undefined;
  return raw?.choices?.[0]?.message?.refusal ?? null;
}

function retryAfter(headers: unknown): number | undefined {
  const value =
    headers instanceof Headers
      ? headers.get('retry-after')
      : (headers as Record<string, string> | undefined)?.['retry-after'];
  const seconds = Number(value);
  return value && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
