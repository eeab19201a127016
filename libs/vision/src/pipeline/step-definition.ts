import type { StepCache } from '../cache/step-cache.js';
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
