import { EventEmitter } from 'node:events';
import type { Draft } from './draft.js';

interface SignalMap {
  /** An event reached the mailbox; `urgent` ones do not wait for the quiet window. */
  ingested: [chatId: string, urgent: boolean];
  /** Transcript, owner or turn of the chat changed; `elsewhere`: another process said so. */
  changed: [chatId: string, elsewhere?: boolean];
  typing: [chatId: string, on: boolean];
  /** The bot has written more of an answer; `elsewhere`: another process said so. */
  draft: [draft: Draft, elsewhere?: boolean];
  /** There is something to send on this lane. */
  outbox: [chatId: string, target: string];
}

/**
 * Wake-ups inside one process. They save waiting only: every reader also finds its work by looking into the database,
 * so a lost signal costs a sweep interval, nothing else. Across processes libs/hosting forwards them.
 */
export class ChatSignals {
  readonly #byChat = new Map<string, Set<() => void>>();
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  emit<Name extends keyof SignalMap>(name: Name, ...values: SignalMap[Name]): void {
    this.#emitter.emit(name, ...values);
    if (name !== 'changed') return;
    const [chatId] = values as SignalMap['changed'];
    for (const listener of this.#byChat.get(chatId) ?? []) listener();
  }

  /** Calls the listener whenever this chat changed, and returns what removes it; any number of chats may be listened to. */
  onChanged(chatId: string, listener: () => void): () => void {
    const listeners = this.#byChat.get(chatId) ?? new Set();
    this.#byChat.set(chatId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byChat.get(chatId) === listeners) this.#byChat.delete(chatId);
    };
  }

  /** Adds a listener and returns what removes it. */
  on<Name extends keyof SignalMap>(name: Name, listener: (...values: SignalMap[Name]) => void): () => void {
    // EventEmitter's own types cannot follow a generic map.
    const untyped = listener as (...values: unknown[]) => void;
    this.#emitter.on(name, untyped);
    return () => this.#emitter.off(name, untyped);
  }
}
