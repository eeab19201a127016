import type { ModelRunner, Tensor } from '../models/model-runner.js';
import { ModelMissingError } from './runner.errors.js';

/** Several runners as one: a model is run by the first of them that has it. */
export class RoutedModelRunner implements ModelRunner {
  constructor(private readonly runners: readonly ModelRunner[]) {}

  version(modelId: string): string | null {
    return this.runnerOf(modelId)?.version(modelId) ?? null;
  }

  async run(
    modelId: string,
    inputs: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>> {
    const runner = this.runnerOf(modelId);
    if (!runner) throw new ModelMissingError(modelId);
    return runner.run(modelId, inputs, signal);
  }

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.close()));
  }

  private runnerOf(modelId: string): ModelRunner | undefined {
    return this.runners.find((runner) => runner.version(modelId) !== null);
  }
}
