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

/** What the framework wraps its own steps of a node into: writing channels, choosing the next node. */
interface Callable {
  trace: false;
  func(input: unknown, config: RunnableConfig): unknown;
  invoke(input: unknown, config: RunnableConfig): unknown;
}

/** Steps it would trace are left as they are. */
function isCallable(step: unknown): step is Callable {
  return (
    step instanceof Runnable && 'func' in step && typeof step.func === 'function' && 'trace' in step && !step.trace
  );
}

/**
 * Calls the framework's own steps of a graph directly, too: it marks them as not to be traced and still makes a run tree and an
 * async context for each, eight times a turn. A step that is no such callable is called as before. Returns how many were
 * found: none after a change of the library means that this has become useless, never that a turn goes wrong.
 */
export function writeDirectly(graph: { nodes: Record<string, { writers: Runnable[] }> }): number {
  const steps = Object.values(graph.nodes)
    .flatMap(({ writers }) => writers)
    .flatMap((writer) => [writer, ...mappersOf(writer)])
    .filter(isCallable);
  for (const step of steps) step.invoke = (input, config) => step.func(input, config);
  return steps.length;
}

/** What picks the values out of a node's answer before they are written. */
function mappersOf(writer: Runnable): unknown[] {
  const writes: unknown = 'writes' in writer ? writer.writes : [];
  if (!Array.isArray(writes)) return [];
  return writes.map((write: { mapper?: unknown }) => write.mapper);
}
