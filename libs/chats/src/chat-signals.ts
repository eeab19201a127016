import { EventEmitter } from 'node:events';

interface SignalMap {
  /** An event reached the mailbox; `urgent` ones do not wait for the quiet window. */
  ingested: [chatId: string, urgent: boolean];
  /** Transcript, owner or turn of the chat changed. */
  changed: [chatId: string];
  typing: [chatId: string, on: boolean];
  /** There is something to send on this lane. */
  outbox: [chatId: string, target: string];
}

/**
 * Wake-ups inside one process. They save waiting only: every reader also finds its work by looking into the database,
 * so a lost signal costs a sweep interval, nothing else. Across processes the apps forward `ingested` through the queue.
 */
export class ChatSignals {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  emit<Name extends keyof SignalMap>(name: Name, ...values: SignalMap[Name]): void {
    this.#emitter.emit(name, ...values);
  }

  /** Adds a listener and returns what removes it. */
  on<Name extends keyof SignalMap>(name: Name, listener: (...values: SignalMap[Name]) => void): () => void {
    // EventEmitter's own types cannot follow a generic map.
    const untyped = listener as (...values: unknown[]) => void;
    this.#emitter.on(name, untyped);
    return () => this.#emitter.off(name, untyped);
  }
}
