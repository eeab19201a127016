// The actor: events in, turns, effects out.
export { ChatSignals } from './chat-signals.js';
export { type ChatLag, ChatStore, type Replies } from './chat-store.js';
export { type Chats, createChats } from './chats.js';
export { CHATS, ChatsModule, type ChatsModuleOptions } from './chats.module.js';
export { type DeadLetter, DeadLetters } from './dead-letters.js';
export { type Draft, readDraft, writeDraft } from './draft.js';
export type {
  ClientMessage,
  EditOutcome,
  JobResult,
  ManagerMessage,
  MessageEdit,
  OwnerChange,
  Reaction,
  Receipt,
} from './incoming.js';
export type { ChatUpdate } from './live-feed.js';
export { ChatInputError, ChatNotFoundError, MESSAGE_LIMITS } from './message-limits.js';
export { MirrorReplay } from './mirror-replay.js';
export type { ChatsObserver, SendOutcome, TurnOutcome } from './observer.js';
export type { OutboxBody, OutboxItem } from './outbox-item.js';
export { OutboxSender, type Reconciliation, type TargetSender } from './outbox-sender.js';
export { ChatPresence, type Reader, type Typist } from './presence.js';
export { SendRefusedError, SendRetryAfterError, SendUnavailableError, SendUnknownError } from './send-errors.js';
export { type ChatSettings, defaultChatSettings } from './settings.js';
export { type Statement, Statements } from './statements.js';
export type { TurnCheckpointer } from './turn-checkpointer.js';
export { type TurnHandler, type TurnInput, type TurnResult, TurnRunner } from './turn-runner.js';
export type { TurnView } from './turn-store.js';
export type * from './types.js';
