import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { noTracing, type Tracing } from '#libs/platform';
import { ChatSignals } from './chat-signals.js';
import { ChatStore } from './chat-store.js';
import { DeadLetters } from './dead-letters.js';
import type { ChatsObserver } from './observer.js';
import { OutboxSender } from './outbox-sender.js';
import { OutboxStore } from './outbox-store.js';
import type { ChatPresence } from './presence.js';
import { type ChatSettings, defaultChatSettings } from './settings.js';
import { type Queryable, Statements } from './statements.js';
import type { TurnCheckpointer } from './turn-checkpointer.js';
import { type TurnHandler, TurnRunner } from './turn-runner.js';
import { TurnStore } from './turn-store.js';

/** The parts of the actor, wired over one database. */
export interface Chats {
  settings: ChatSettings;
  statements: Statements;
  signals: ChatSignals;
  store: ChatStore;
  deadLetters: DeadLetters;
  presence: ChatPresence;
  /** The same one always. LangGraph is loaded with it: most processes run no turns and start without. */
  openCheckpointer(): Promise<TurnCheckpointer>;
  outbox: OutboxSender;
  /** Makes the runner of this process; the handler usually needs the checkpointer first. */
  createRunner(handler: TurnHandler): Promise<TurnRunner>;
}

/** Wires the actor without a framework; nothing runs until a runner or the outbox is started. */
export function createChats(
  database: Queryable,
  overrides: Partial<ChatSettings> = {},
  observer: ChatsObserver = {},
  tracing: Tracing = noTracing,
): Chats {
  const settings: ChatSettings = { ...defaultChatSettings, ...overrides };
  const statements = new Statements(database);
  const signals = new ChatSignals();
  const store = new ChatStore(statements, signals, settings, tracing);
  let checkpointer: Promise<TurnCheckpointer> | undefined;
  const openCheckpointer = () => {
    checkpointer ??= import('./turn-checkpointer.js').then(
      (loaded) => new loaded.TurnCheckpointer(statements, { keep: settings.keepCheckpoints }),
    );
    return checkpointer;
  };
  const turns = new TurnStore(statements, settings, `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`);
  return {
    settings,
    statements,
    signals,
    store,
    deadLetters: new DeadLetters(statements, signals),
    presence: store.presence,
    openCheckpointer,
    outbox: new OutboxSender(new OutboxStore(statements, settings.sendLeaseMs), signals, settings, observer, tracing),
    createRunner: async (handler) =>
      new TurnRunner(turns, store, await openCheckpointer(), signals, handler, settings, observer, tracing),
  };
}
