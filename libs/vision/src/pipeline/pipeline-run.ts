import { cacheKey } from '../cache/step-cache.js';
import { ModelMissingError } from '../runners/runner.errors.js';
import { StepError, StepSkip } from './step.errors.js';
import type { StepMeasure, StepResult } from './step.js';
import type { AnyStep, PipelineOptions } from './step-definition.js';

type Settled = StepResult<unknown>;
/** How a step ended that has no value. */
type Ended =
  | { status: 'skipped'; reason: string }
  | { status: 'failed'; code: string; retryable: boolean; retryAfterMs?: number };

/** What a failure says to programs: its own code, or that nobody foresaw it. */
const UNEXPECTED = 'step-failed';

/** One run of a pipeline: every step is settled at most once, when another or the caller asks for it. */
export class PipelineRun<Input extends { sha256: string }> {
  private readonly steps: ReadonlyMap<string, AnyStep<Input>>;
  private readonly previous: ReadonlyMap<string, Settled>;
  private readonly settled = new Map<string, Promise<Settled>>();
  /** Aborted with the caller's signal, and when a fatal step fails. */
  private readonly stop = new AbortController();

  constructor(
    steps: readonly AnyStep<Input>[],
    private readonly input: Input,
    private readonly options: PipelineOptions,
  ) {
    this.steps = new Map(steps.map((step) => [step.name, step]));
    this.previous = new Map((options.previous ?? []).map((result) => [result.step, result]));
  }

  async results(): Promise<Record<string, Settled>> {
    const { signal } = this.options;
    signal?.throwIfAborted();
    const onAbort = () => this.stop.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const wanted = [...this.steps.values()].filter(({ transient }) => !transient);
      await Promise.all(wanted.map(({ name }) => this.settle(name)));
      const results: Record<string, Settled> = {};
      for (const step of this.steps.keys()) {
        results[step] = (await this.settled.get(step)) ?? notNeeded(step);
      }
      return results;
    } catch (error) {
      this.stop.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private settle(name: string): Promise<Settled> {
    const begun = this.settled.get(name);
    if (begun) return begun;
    const step = this.steps.get(name)!;
    const result = this.evaluate(step).then((settled) => {
      // A value that cannot be kept is of use to nobody outside.
      const told = step.transient && settled.status === 'ok' ? { ...settled, value: null } : settled;
      this.options.onStep?.(told);
      return settled;
    });
    // Whoever waits hears of it; a fatal failure may come when nobody waits for this step any more.
    result.catch(() => {});
    this.settled.set(name, result);
    return result;
  }

  private async evaluate(step: AnyStep<Input>): Promise<Settled> {
    const kept = this.previous.get(step.name);
    const version = step.version?.(this.input);
    if (kept && !step.transient && !isWorthRepeating(kept, version ?? null)) return kept;
    const measure: StepMeasure = { step: step.name, ms: 0, cached: false, ...(version && { model: version }) };
    const after = await this.values(step.after ?? []);
    const decision = step.when?.({ input: this.input, after }) ?? true;
    if (decision !== true) return { ...measure, status: 'skipped', reason: decision };
    if (version === null) return { ...measure, status: 'skipped', reason: 'model-missing' };
    const began = performance.now();
    try {
      const compute = () => this.compute(step, after, measure);
      const { cache } = this.options;
      if (!step.cache || !cache) return { ...measure, status: 'ok', value: await compute(), ms: measure.ms };
      const key = cacheKey({
        sha256: this.input.sha256,
        step: step.name,
        model: version ?? 'none',
        params: step.cache(this.input),
      });
      const { value, cached } = await cache.through(key, compute, this.stop.signal);
      return { ...measure, status: 'ok', value, cached, ms: cached ? performance.now() - began : measure.ms };
    } catch (error) {
      if (this.stop.signal.aborted) throw this.stop.signal.reason;
      if (step.fatal) {
        this.stop.abort(error);
        throw error;
      }
      return { ...measure, ...this.outcomeOf(step.name, error) };
    }
  }

  /** Runs the step within its time, once what it needs is there; notes how long it took. */
  private async compute(step: AnyStep<Input>, after: Record<string, unknown>, measure: StepMeasure): Promise<unknown> {
    const needs: Record<string, unknown> = {};
    const results = await Promise.all((step.needs ?? []).map((name) => this.settle(name)));
    for (const result of results) {
      if (result.status !== 'ok') throw new StepSkip(`needs:${result.step}`);
      needs[result.step] = result.value;
    }
    this.stop.signal.throwIfAborted();
    const began = performance.now();
    const own = new AbortController();
    const onStop = () => own.abort(this.stop.signal.reason);
    this.stop.signal.addEventListener('abort', onStop, { once: true });
    const timer = setTimeout(() => own.abort(new StepError('step-timeout', true)), step.timeoutMs);
    try {
      const aborted = new Promise<never>((_resolve, reject) => {
        own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
      });
      return await Promise.race([step.run({ input: this.input, needs, after }, own.signal), aborted]);
    } catch (error) {
      // What a step throws because it was told to stop is not its own failure.
      throw own.signal.aborted ? own.signal.reason : error;
    } finally {
      clearTimeout(timer);
      this.stop.signal.removeEventListener('abort', onStop);
      measure.ms = performance.now() - began;
    }
  }

  /** Values of the named steps that ended well. */
  private async values(names: readonly string[]): Promise<Record<string, unknown>> {
    const results = await Promise.all(names.map((name) => this.settle(name)));
    return Object.fromEntries(
      results.flatMap((result) => (result.status === 'ok' ? [[result.step, result.value]] : [])),
    );
  }

  private outcomeOf(step: string, error: unknown): Ended {
    if (error instanceof StepSkip) return { status: 'skipped', reason: error.reason };
    if (error instanceof ModelMissingError) return { status: 'skipped', reason: error.code };
    if (isCoded(error)) {
      const { code, retryable, retryAfterMs } = error;
      return { status: 'failed', code, retryable, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
    }
    this.options.onUnexpected?.(step, error);
    return { status: 'failed', code: UNEXPECTED, retryable: true };
  }
}

const notNeeded = (step: string): Settled => ({ step, ms: 0, cached: false, status: 'skipped', reason: 'not-needed' });

/** A failure that may go away, and what was skipped because of one or because a model was not there that is now. */
function isWorthRepeating(result: Settled, version: string | null): boolean {
  if (result.status === 'failed') return result.retryable;
  if (result.status === 'skipped')
    return result.reason.startsWith('needs:') || (result.reason === 'model-missing' && version !== null);
  return false;
}

function isCoded(error: unknown): error is { code: string; retryable: boolean; retryAfterMs?: unknown } {
  const { code, retryable } = (error ?? {}) as { code?: unknown; retryable?: unknown };
  return typeof code === 'string' && typeof retryable === 'boolean';
}
