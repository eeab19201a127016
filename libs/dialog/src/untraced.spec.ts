import { Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph/web';
import { MemorySaver } from '@langchain/langgraph-checkpoint';
import { describe, expect, it } from 'vitest';
import { Untraced, writeDirectly } from './untraced.js';

const State = Annotation.Root({
  steps: Annotation<number>({ reducer: (_before, next) => next, default: () => 0 }),
  path: Annotation<string[]>({ reducer: (before, next) => [...before, ...next], default: () => [] }),
});

/** Goes to and fro until three steps are made. */
function toAndFro() {
  const step = (name: string) =>
    new Untraced(name, ({ steps }: typeof State.State) => ({ steps: steps + 1, path: [name] }));
  const next = (name: 'to' | 'fro') =>
    new Untraced('next', ({ steps }: typeof State.State) => (steps < 3 ? name : END));
  return new StateGraph(State)
    .addNode('to', step('to'))
    .addNode('fro', step('fro'))
    .addEdge(START, 'to')
    .addConditionalEdges('to', next('fro'), ['fro', END])
    .addConditionalEdges('fro', next('to'), ['to', END])
    .compile({ checkpointer: new MemorySaver() });
}

describe('writing directly', () => {
  it('finds the steps of the framework and changes nothing in what a graph does', async () => {
    const [plain, direct] = [toAndFro(), toAndFro()];
    expect(writeDirectly(direct)).toBeGreaterThan(0);
    const config = { configurable: { thread_id: 'one' } };
    for (const graph of [plain, direct]) {
      expect(await graph.invoke({}, config)).toEqual({ steps: 3, path: ['to', 'fro', 'to'] });
      expect(await graph.invoke({ steps: 2 }, config)).toEqual({ steps: 3, path: ['to', 'fro', 'to', 'to'] });
    }
    const [before, after] = [await plain.getState(config), await direct.getState(config)];
    expect(after.values).toEqual(before.values);
    expect(after.metadata).toEqual(before.metadata);
  });

  it('passes on what a step throws', async () => {
    const graph = new StateGraph(State)
      .addNode('to', new Untraced('to', () => ({ steps: 1, path: [] })))
      .addEdge(START, 'to')
      .addConditionalEdges('to', new Untraced('nowhere', () => 'nowhere'), [END])
      .compile();
    writeDirectly(graph);
    await expect(graph.invoke({})).rejects.toThrow('unknown or null destination');
  });

  it('leaves alone what it does not know', async () => {
    class Other extends Runnable<unknown, string> {
      override lc_namespace = ['test'];
      override async invoke(_input: unknown, _config?: Partial<RunnableConfig>): Promise<string> {
        return 'own';
      }
    }
    const other = new Other();
    expect(writeDirectly({ nodes: { a: { writers: [other] } } })).toBe(0);
    expect(await other.invoke(null)).toBe('own');
  });
});
