import type { AttachmentRef, Button, Card, Effect, JsonObject, JsonValue, Owner } from '#libs/chats';
import { copyJson } from './json-copy.js';
import { type FormName, isFormName, type ScenarioName } from './node-names.js';
import type { PhraseBook } from './phrases/phrase-book.js';
import type { PhraseKey, PhraseParams } from './phrases/phrase-keys.js';
import type { DialogDeps } from './ports.js';
import {
  type DialogState,
  type FormState,
  HISTORY_LIMIT,
  MANAGER_NOTES_LIMIT,
  SHOWN_BUTTONS_LIMIT,
  WINDOW_LIMIT,
  WINDOW_TEXT_LIMIT,
} from './state.js';

/** The word that the client reads when a job takes longer, ms after the start. */
const PROGRESS_AFTER_MS = 3_000;

interface Extra {
  buttons?: Button[];
  cards?: Card[];
  attachments?: AttachmentRef[];
  /** Said to a client who waits, though a manager owns the chat. */
  besideManager?: true;
}

/**
 * The working copy of one turn: the state it may change and the effects it asks for. Nodes read and write it; nothing leaves
 * before the graph returns `patch()`.
 */
export class Turn {
  readonly state: DialogState;
  /** Whether this node has replied: its first reply replaces the buttons shown before. */
  private hasSpoken = false;

  constructor(
    state: DialogState,
    readonly deps: DialogDeps,
    readonly phrases: PhraseBook,
  ) {
    // Nodes mutate their copy: a checkpoint that LangGraph still holds must not change under it.
    this.state = copyJson(state);
  }

  get owner(): Owner {
    return this.state.owner;
  }

  form(name: FormName): FormState {
    return this.state.forms[name];
  }

  /** Replies with a phrase; the phrase's own buttons come first. Silent while a manager owns the chat. */
  say<K extends PhraseKey>(key: K, params: PhraseParams<K>, extra: Extra = {}): void {
    this.sayText(this.phrases.text(key, params), {
      ...extra,
      buttons: [...this.phrases.buttons(key), ...(extra.buttons ?? [])],
    });
  }

  sayText(text: string, extra: Extra = {}): void {
    const { buttons = [], cards = [], attachments = [], besideManager } = extra;
    if (this.owner === 'manager' && !besideManager) return;
    this.state.effects.push({
      type: 'reply',
      message: {
        text,
        ...(buttons.length > 0 ? { buttons } : {}),
        ...(cards.length > 0 ? { cards } : {}),
        ...(attachments.length > 0 ? { attachments } : {}),
      },
      ...(besideManager ? { besideManager } : {}),
    });
    this.state.shownButtons = [...(this.hasSpoken ? this.state.shownButtons : []), ...buttons].slice(
      -SHOWN_BUTTONS_LIMIT,
    );
    this.hasSpoken = true;
    this.remember('bot', text);
  }

  effect(effect: Effect): void {
    this.state.effects.push(effect);
  }

  crm(name: 'contact' | 'slots' | 'stage' | 'note' | 'task', data: JsonObject): void {
    this.effect({ type: 'crm', name, data });
  }

  /** Shows managers who answers the client now. */
  showOwner(owner: Owner): void {
    if (this.state.shownOwner === owner) return;
    this.state.shownOwner = owner;
    this.effect({ type: 'crm', name: 'owner', data: { owner }, besideManager: true });
  }

  /** The author has changed what he said: the window shows it. */
  rewrite(author: 'client' | 'bot' | 'manager', before: string, text: string): void {
    const said = before.slice(0, WINDOW_TEXT_LIMIT);
    this.state.window = this.state.window.map((message) =>
      message.author === author && message.text === said ? { author, text: text.slice(0, WINDOW_TEXT_LIMIT) } : message,
    );
  }

  remember(author: 'client' | 'bot' | 'manager', text: string): void {
    if (text === '') return;
    this.state.window = [...this.state.window, { author, text: text.slice(0, WINDOW_TEXT_LIMIT) }].slice(-WINDOW_LIMIT);
  }

  noteManagerStretch(line: string): void {
    this.state.managerNotes = [...this.state.managerNotes, line.slice(0, WINDOW_TEXT_LIMIT)].slice(
      -MANAGER_NOTES_LIMIT,
    );
  }

  /** Moves to a step of the current scenario; an answered question is remembered for «шаг назад». */
  goTo(step: string): void {
    const { scenario, step: from } = this.state;
    if (scenario && isFormName(scenario) && from && from !== step && from !== 'working') {
      const form = this.form(scenario);
      form.history = [...form.history, from].slice(-HISTORY_LIMIT);
    }
    this.state.step = step;
  }

  /** Starts a job the client waits for; its result comes back as an event. */
  startJob(name: string, payload: JsonValue): void {
    const { awaited, scenario } = this.state;
    const stale = awaited?.name === name ? awaited.stale + 1 : 0;
    this.state.awaited = { scenario: scenario ?? 'menu', name, stale };
    this.effect({ type: 'job', name, payload });
    this.effect({ type: 'timer', name: 'progress', afterMs: PROGRESS_AFTER_MS });
  }

  /** The awaited job has come back: no word of progress any more. */
  settleJob(): void {
    this.state.awaited = null;
    this.effect({ type: 'cancel-timer', name: 'progress' });
  }

  /** Hands the current stimulus to another scenario; it is handled there in the same turn. */
  enter(scenario: ScenarioName): void {
    const { scenario: from, step } = this.state;
    // A hand-off is an interruption: the place is kept for the return.
    if (scenario === 'handoff' && from !== 'handoff') this.state.keptPlace = { scenario: from ?? 'menu', step };
    this.state.scenario = scenario;
    this.state.step = null;
    this.state.misses = 0;
    this.state.choice = null;
  }

  patch(): DialogState {
    return this.state;
  }
}
