import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { ChatEvent, Effect, TurnHandler, TurnInput, TurnResult } from '#libs/chats';

const State = Annotation.Root({
  /** Client's messages handled so far: survives a crash only if the checkpoint and the inbox move together. */
  count: Annotation<number>(),
  events: Annotation<ChatEvent[]>(),
  replies: Annotation<string[]>(),
});

/** Answers the k-th message of a chat with `k:<message id>`: any loss, repetition or disorder shows in the text. */
export class CountingHandler implements TurnHandler {
  readonly #graph;

  constructor(checkpointer: BaseCheckpointSaver) {
    this.#graph = new StateGraph(State)
      .addNode('answer', (state) => {
        const clients = state.events.filter((event) => event.kind === 'client');
        const before = state.count ?? 0;
        return {
          count: before + clients.length,
          replies: clients.map((event, index) => `${before + index + 1}:${event.id}`),
          events: [],
        };
      })
      .addEdge(START, 'answer')
      .addEdge('answer', END)
      .compile({ checkpointer });
  }

  async run(input: TurnInput): Promise<TurnResult> {
    const state = await this.#graph.invoke({ events: input.events }, input.config);
    const effects: Effect[] = state.replies.map((text) => ({ type: 'reply', message: { text } }));
    return { effects, view: { scenario: null, step: null, slots: {} } };
  }

  apology() {
    return { text: 'сбой' };
  }
}
