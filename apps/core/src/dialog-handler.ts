import type { MessageContent, TurnCheckpointer, TurnHandler } from '#libs/chats';
import { createDialogGraph, type DialogDeps, runTurn } from '#libs/dialog';

/** Runs the dialog graph as the turns of chats. */
export function createDialogHandler(deps: DialogDeps, checkpointer: TurnCheckpointer): TurnHandler {
  const graph = createDialogGraph(deps, checkpointer);
  return {
    run: ({ chatId, owner, events, turn, config }) => runTurn(graph, { chatId, owner, events, turn, config }),
    apology: (): MessageContent => ({
      text: 'Не получилось обработать ваше сообщение, я уже сообщил об этом коллегам. Попробуйте написать ещё раз или позовите менеджера.',
      buttons: [{ text: 'Позвать менеджера', payload: 'handoff.start' }],
    }),
  };
}
