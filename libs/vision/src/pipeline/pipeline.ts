import type { StepCache } from '../cache/step-cache.js';
import { PipelineRun } from './pipeline-run.js';
import type { StepResult } from './step.js';

/** What steps are given: the input and the values of steps before them. */
export interface StepValues<Input, Needs, After> {
  input: Input;
  needs: Needs;
  /** Values of steps that were waited for but are not needed: those that ended well. */
  after: Partial<After>;
}

/** One step: pure, small, and alone responsible for its own failure. */
export interface StepDefinition<
  Input,
  Results,
  Value,
  Need extends keyof Results = keyof Results,
  After extends keyof Results = keyof Results,
> {
  /** Steps whose values it works on: when one of them has none, this one is skipped with `needs:<name>`. */
  needs?: readonly Need[];
  /** Steps it waits for and may look at, but does not need. */
  after?: readonly After[];
  /** True to run, or the stable reason why not. */
  when?: (values: Omit<StepValues<Input, never, Pick<Results, After>>, 'needs'>) => true | string;
  /** Longest time of `run`; then it has failed with `step-timeout`, whatever it is doing. */
  timeoutMs: number;
  /** What computes the value, told in the result; null = `model-missing`. */
  version?: (input: Input) => string | null;
  /** Settings the value depends on beside the picture and the version. Absent: the value is not kept. */
  cache?: (input: Input) => Readonly<Record<string, unknown>>;
  /** A value that is not JSON: computed only when another step needs it, never kept. */
  transient?: boolean;
  /** Nothing can be said without it: its failure is the failure of the whole run. */
  fatal?: boolean;
  run: (values: StepValues<Input, Pick<Results, Need>, Pick<Results, After>>, signal: AbortSignal) => Promise<Value>;
}

/** A step's definition without its types, as the run sees it. */
export type AnyStep<Input> = Omit<StepDefinition<Input, Record<string, unknown>, unknown>, 'run' | 'when'> & {
  name: string;
  run: (
    values: StepValues<Input, Record<string, unknown>, Record<string, unknown>>,
    signal: AbortSignal,
  ) => Promise<unknown>;
  when?: (values: { input: Input; after: Record<string, unknown> }) => true | string;
};

export interface PipelineOptions {
  cache?: StepCache;
  signal?: AbortSignal;
  /** Results of an attempt before: kept, except failures that may go away and what was skipped because of them. */
  previous?: readonly StepResult<unknown>[];
  onStep?: (result: StepResult<unknown>) => void;
  /** Failures that carry no code: somebody's mistake, to be logged. */
  onUnexpected?: (step: string, error: unknown) => void;
}

export type PipelineResults<Results> = { [Name in keyof Results]: StepResult<Results[Name]> };

/**
 * Steps in order of definition: each may use those before it, so that there are no cycles. A run begins every step as soon as what
 * it waits for is there; a step's failure stops only the steps that need it.
 */
export class Pipeline<Input extends { sha256: string }, Results extends object = object> {
  private constructor(private readonly steps: readonly AnyStep<Input>[]) {}

  static over<Input extends { sha256: string }>(): Pipeline<Input> {
    return new Pipeline<Input>([]);
  }

  /** The pipeline with one more step. Throws when the name is taken or a step it waits for does not come before it. */
  step<Name extends string, Value, Need extends keyof Results = never, After extends keyof Results = never>(
    name: Name,
    definition: StepDefinition<Input, Results, Value, Need, After>,
  ): Pipeline<Input, Results & Record<Name, Value>> {
    const known = new Set(this.steps.map((step) => step.name));
    if (known.has(name)) throw new Error(`there are two steps ${name}`);
    const waited = [...(definition.needs ?? []), ...(definition.after ?? [])].map(String);
    const unknown = waited.filter((other) => !known.has(other));
    if (unknown.length > 0)
      throw new Error(`step ${name} waits for ${unknown.join(', ')}, which does not come before it`);
    return new Pipeline([...this.steps, { ...(definition as unknown as AnyStep<Input>), name }]);
  }

  get names(): string[] {
    return this.steps.map(({ name }) => name);
  }

  /**
   * Runs what is needed for every step whose value can be kept. Rejects when a fatal step fails, with its error, and with the
   * signal's reason when that is aborted.
   */
  async run(input: Input, options: PipelineOptions = {}): Promise<PipelineResults<Results>> {
    return (await new PipelineRun(this.steps, input, options).results()) as PipelineResults<Results>;
  }
}
