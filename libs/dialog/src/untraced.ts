import { Runnable, type RunnableConfig } from '@langchain/core/runnables';

/**
 * A node or an edge that is called directly. A bare function would be wrapped by the framework so that its run can be traced:
 * callbacks, a run tree and an async context a call, half of what an ordinary turn costs (docs/decisions.md).
 */
export class Untraced<Input, Output> extends Runnable<Input, Output> {
  override lc_namespace = ['wewall', 'dialog'];

  constructor(
    override name: string,
    private readonly call: (input: Input, config?: RunnableConfig) => Output | Promise<Output>,
  ) {
    super();
  }

  override async invoke(input: Input, config?: RunnableConfig): Promise<Output> {
    return this.call(input, config);
  }
}
