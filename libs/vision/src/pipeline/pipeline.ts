import { PipelineRun } from './pipeline-run.js';
import type { StepResult } from './step.js';
import type { AnyStep, PipelineOptions, StepDefinition } from './step-definition.js';

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
