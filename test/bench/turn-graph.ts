import type { RunnableConfig } from '@langchain/core/runnables';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { ChatEvent, Effect, JsonObject } from '#libs/chats';

/** A compiled dialog graph as the bench drives it: events in, effects out. */
export interface TurnGraph {
  run(events: ChatEvent[], config: RunnableConfig & { durability?: 'exit' | 'async' }): Promise<Effect[]>;
}

/** Builds the same graph over any checkpointer, so that only the checkpointer differs between the compared ways. */
export type TurnGraphFactory = (checkpointer: BaseCheckpointSaver) => TurnGraph;

const SCENARIOS = [
  'menu',
  'about',
  'market',
  'search',
  'valuation',
  'finance',
  'photo',
  'contact',
  'handoff',
  'restart',
];
const WINDOW = 12;

const State = Annotation.Root({
  scenario: Annotation<string>(),
  step: Annotation<string>(),
  slots: Annotation<JsonObject>(),
  turns: Annotation<number>(),
  events: Annotation<ChatEvent[]>(),
  effects: Annotation<Effect[]>(),
  window: Annotation<{ author: string; text: string }[]>(),
});

/** Ten scenarios, one super-step a turn, plain bounded state: the shape of the dialog graph without its understanding. */
export const tenScenarioGraph: TurnGraphFactory = (checkpointer) => {
  // The builder's type grows with each node; a loop over names needs it settled beforehand.
  const builder = new StateGraph(State) as StateGraph<
    typeof State.spec,
    typeof State.State,
    typeof State.Update,
    string
  >;
  for (const scenario of SCENARIOS) {
    builder.addNode(`${scenario}-scenario`, (state) => {
      const said = state.events.flatMap((event) => (event.kind === 'client' ? [event.text ?? ''] : []));
      const window = [...(state.window ?? []), ...said.map((text) => ({ author: 'client', text }))].slice(-WINDOW);
      return {
        scenario,
        step: 'asked',
        turns: (state.turns ?? 0) + 1,
        slots: { ...state.slots, kind: 'office', stations: ['Павелецкая'], areaMin: 90, areaMax: 110 },
        effects: said.map((text): Effect => ({ type: 'reply', message: { text: `ответ: ${text}` } })),
        events: [],
        window,
      };
    });
    builder.addEdge(`${scenario}-scenario`, END);
  }
  builder.addConditionalEdges(START, (state) => `${SCENARIOS[(state.turns ?? 0) % SCENARIOS.length]}-scenario`);
  const graph = builder.compile({ checkpointer });
  return {
    async run(events, config) {
      return (await graph.invoke({ events }, config)).effects;
    },
  };
};
