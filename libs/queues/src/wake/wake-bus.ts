/**
 * Tells other processes that a chat has something for them. A topic is `turns`, the target of an outbox lane, CHANGED or DRAFT;
 * a note is the id of the chat, or what DRAFT carries: one line of at most 6,900 bytes. A lost or doubled note costs time, never
 * a message: every reader also sweeps its database.
 */
export interface WakeBus {
  /** Never throws and waits for nothing; what is said within one turn of the event loop travels together. */
  publish(topic: string, note: string): void;
  /**
   * This process serves the topic from now on. Of `turns` and lanes one serving process is enough; CHANGED and DRAFT reach all
   * others.
   */
  subscribe(topic: string, handler: (note: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** Topic that every subscribed process hears: transcript, owner or turn of a chat changed. */
export const CHANGED = 'changed';
/** Topic that every subscribed process hears: what the bot is writing, a draft as a line. Nothing is lost with it. */
export const DRAFT = 'draft';

/** Topics that reach every process, not one of those that serve them. */
export const BROADCAST: ReadonlySet<string> = new Set([CHANGED, DRAFT]);
