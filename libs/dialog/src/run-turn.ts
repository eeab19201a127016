import type { RunnableConfig } from '@langchain/core/runnables';
import type { ChatEvent, Effect, JsonObject, Owner } from '#libs/chats';
import type { DialogGraph } from './graph.js';
import { isFormName, type ScenarioName } from './node-names.js';
import type { DialogState } from './state.js';
import { stimuliOf } from './stimulus.js';
import { type TurnScope, withScope } from './turn-scope.js';

export interface TurnInput {
  chatId: string;
  /** Events of this turn in order. */
  events: readonly ChatEvent[];
  /** Who owns the chat as the turn starts; events of the turn may change it. */
  owner: Owner;
  /** Number of the turn; absent: events that depend on it are taken for current. */
  turn?: number;
  /** Thread and session of the checkpointer when the caller has claimed the chat; default a thread named by the chat. */
  config?: RunnableConfig;
  /** Time and drafts of its model calls; absent: without a common limit, nothing shown early. */
  scope?: TurnScope;
}

/** What a chat shows to the outside of its dialog. */
export interface DialogView {
  scenario: ScenarioName | null;
  step: string | null;
  slots: JsonObject;
}

export interface TurnOutput {
  effects: Effect[];
  view: DialogView;
}

/** Runs one turn of a chat: the checkpoint of `chatId` is read, the events are reacted to, the new checkpoint is written. */
export async function runTurn(
  graph: DialogGraph,
  { chatId, events, owner, turn, config, scope }: TurnInput,
): Promise<TurnOutput> {
  const state: DialogState = await graph.invoke(
    { queue: stimuliOf(events, turn), owner, effects: [] },
    {
      ...withScope({ configurable: { thread_id: chatId }, recursionLimit: 12, ...config }, scope),
      durability: 'exit',
    },
  );
  return { effects: state.effects, view: viewOf(state) };
}

/** The active scenario, its step and its flat slots; during a hand-off the slots are those of the kept scenario. */
export function viewOf(state: Pick<DialogState, 'scenario' | 'step' | 'forms' | 'question' | 'keptPlace'>): DialogView {
  const { scenario, step, forms, question, keptPlace } = state;
  const place = scenario === 'handoff' ? keptPlace?.scenario : scenario;
  const slots: JsonObject = {};
  if (place && isFormName(place)) Object.assign(slots, forms[place].slots);
  if ((place === 'about' || place === 'market') && question !== null) slots.question = question;
  return { scenario, step, slots };
}
