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
import { TurnCheckpointer } from './turn-checkpointer.js';
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
  checkpointer: TurnCheckpointer;
  outbox: OutboxSender;
  /** Makes the runner of this process; the handler usually needs `checkpointer` first. */
  createRunner(handler: TurnHandler): TurnRunner;
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
  const checkpointer = new TurnCheckpointer(statements, { keep: settings.keepCheckpoints });
  const turns = new TurnStore(statements, settings, `${hostname()}:${process.pid}`);
  return {
    settings,
    statements,
    signals,
    store,
    deadLetters: new DeadLetters(statements, signals),
    presence: store.presence,
    checkpointer,
    outbox: new OutboxSender(new OutboxStore(statements, settings.sendLeaseMs), signals, settings, observer, tracing),
    createRunner: (handler) =>
      new TurnRunner(turns, store, checkpointer, signals, handler, settings, observer, tracing),
  };
}
