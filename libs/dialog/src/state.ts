import { Annotation } from '@langchain/langgraph/web';
import type { AttachmentRef, Button, Effect, Owner } from '#libs/chats';
import type { Slots } from '#libs/nlu';
import { FORM_NAMES, type FormName, type ScenarioName } from './node-names.js';
import { emptyPhoto, type PhotoState } from './scenarios/photo/photo-state.js';
import type { Stimulus } from './stimulus.js';

/** What a form can know: everything a message can tell, and what only a direct question can. */
export interface FormSlots extends Slots {
  /** Retail under construction: resale price at completion, ₽/m². */
  priceAtCompletion?: number;
  /** Half of a model's name told apart from the other half, the kind. */
  stage?: 'ready' | 'construction';
}

export type FormSlotName = keyof FormSlots;

/** Answers of one form. */
export interface FormState {
  slots: FormSlots;
  /** Steps the client chose to leave open. */
  skipped: string[];
  /** Steps answered so far, oldest first, at most `HISTORY_LIMIT`; «шаг назад» pops it. */
  history: string[];
}

/** A job in flight that the client waits for. */
export interface AwaitedJob {
  scenario: ScenarioName;
  name: string;
  /** Results of the same name still to come for requests the client has since replaced; they are dropped. */
  stale: number;
}

/** Results by reference: ids and a few shown figures, never the catalogue. */
export interface ShownResults {
  lotIds: string[];
  /** Building of each lot, for «Другое здание». */
  estateIds: string[];
  shown: number;
  total: number;
  liked: string[];
  /** Relaxations offered when nothing was found; a button addresses one by index. */
  relaxations: FormSlots[];
}

/** The last calculation, kept to say what a correction changed. */
export interface ShownFigures {
  /** Label → value as the client saw it. */
  figures: Record<string, string>;
  files: AttachmentRef[];
  /** What the figures are of, when figures of different things must not be compared. */
  basis?: string;
}

/** Options offered with numbered buttons: `<scenario>.pick:<index>`; a pick reads as if the client had typed the option. */
export interface PendingChoice {
  scenario: ScenarioName;
  options: string[];
  /** Options are full names of stations, put into the slot as they are: a name shared by lines would be ambiguous again. */
  isStation?: boolean;
}

export interface WindowMessage {
  author: 'client' | 'bot' | 'manager';
  text: string;
}

/** Messages kept for context. */
export const WINDOW_LIMIT = 12;
/** Longest text kept of a message of the window. */
export const WINDOW_TEXT_LIMIT = 300;
/** Buttons remembered. */
export const SHOWN_BUTTONS_LIMIT = 16;
export const HISTORY_LIMIT = 16;
/** Notes kept of one stretch with a manager. */
export const MANAGER_NOTES_LIMIT = 6;

export function emptyForm(): FormState {
  return { slots: {}, skipped: [], history: [] };
}

export function emptyForms(): Record<FormName, FormState> {
  return Object.fromEntries(FORM_NAMES.map((name) => [name, emptyForm()])) as Record<FormName, FormState>;
}

function kept<T>(initial: () => T) {
  return Annotation<T>({ reducer: (_old, next) => next, default: initial });
}

/** Plain bounded JSON: what a chat remembers between turns, and the input and output of one turn. */
export const DialogAnnotation = Annotation.Root({
  /** Input: who owns the chat when the turn starts; `owner` and `manager` events of the turn change it. */
  owner: kept<Owner>(() => 'bot'),
  /** Input: the turn's events with bursts merged, in order; a scenario that hands over leaves its stimulus here. */
  queue: kept<Stimulus[]>(() => []),
  /** Output: what the turn asks the world to do. */
  effects: kept<Effect[]>(() => []),
  /** The scenario the client is in; null before the first message. */
  scenario: kept<ScenarioName | null>(() => null),
  /** The question asked, or the stage after the questions (`confirm`, `working`, `results` …). */
  step: kept<string | null>(() => null),
  /** Answers per form. */
  forms: kept<Record<FormName, FormState>>(emptyForms),
  /** Misses in a row; two bring choices and a manager. */
  misses: kept<number>(() => 0),
  /** The last messages of everybody. */
  window: kept<WindowMessage[]>(() => []),
  /** What numbered buttons stand for; null when none are shown. */
  choice: kept<PendingChoice | null>(() => null),
  /** Buttons of the last replies, so that a label typed by hand is the button. */
  shownButtons: kept<Button[]>(() => []),
  /** The job the client waits for. */
  awaited: kept<AwaitedJob | null>(() => null),
  /** Lots found last. */
  results: kept<ShownResults | null>(() => null),
  /** Figures shown last, per calculating scenario. */
  figures: kept<Partial<Record<ScenarioName, ShownFigures>>>(() => ({})),
  /** The last question put to the knowledge base, shown as a slot of `about` and `market`. */
  question: kept<string | null>(() => null),
  /** Where to go on after a hand-off. */
  keptPlace: kept<{ scenario: ScenarioName; step: string | null } | null>(() => null),
  /** Pictures looked at, asked about and met before. */
  pictures: kept<PhotoState>(emptyPhoto),
  /** Whether the client waits for a manager who has not written yet: `asked` for one, or was `told` to be patient. */
  wait: kept<'asked' | 'told' | null>(() => null),
  /** Who answers the client as the CRM shows it. */
  shownOwner: kept<Owner>(() => 'bot'),
  /** What managers and the client said while a manager owned the chat. */
  managerNotes: kept<string[]>(() => []),
});

export type DialogState = typeof DialogAnnotation.State;
