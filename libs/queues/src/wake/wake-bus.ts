/**
 * Tells other processes that a chat has something for them. A topic is `turns`, the target of an outbox lane, or CHANGED.
 * A lost or doubled wake-up costs time, never a message: every reader also sweeps its database.
 */
export interface WakeBus {
  /** Never throws and waits for nothing; what is said within one turn of the event loop travels together. */
  publish(topic: string, chatId: string): void;
  /** This process serves the topic from now on. Of `turns` and lanes one serving process is enough; CHANGED reaches all. */
  subscribe(topic: string, handler: (chatId: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** Topic that every subscribed process hears: transcript, owner or turn of a chat changed. */
export const CHANGED = 'changed';
