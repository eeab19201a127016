import type { MessageContent, TurnCheckpointer, TurnHandler } from '#libs/chats';
import { createDialogGraph, type DialogDeps, runTurn } from '#libs/dialog';
import { TimeLimit } from '#libs/llm';

/** Runs the dialog graph as the turns of chats; `modelTimeMs`: what all model calls of one turn may take together. */
export function createDialogHandler(
  deps: DialogDeps,
  checkpointer: TurnCheckpointer,
  modelTimeMs: number,
): TurnHandler {
  const graph = createDialogGraph(deps, checkpointer);
  return {
    async run({ chatId, owner, events, turn, config, signal, draft }) {
      const time = new TimeLimit(modelTimeMs, signal);
      try {
        const scope = { signal: time.signal, draft };
        return await runTurn(graph, { chatId, owner, events, turn, config, scope });
      } finally {
        time.end();
      }
    },
    apology: (): MessageContent => ({
      text: 'Не получилось обработать ваше сообщение, я уже сообщил об этом коллегам. Попробуйте написать ещё раз или позовите менеджера.',
      buttons: [{ text: 'Позвать менеджера', payload: 'handoff.start' }],
    }),
  };
}
