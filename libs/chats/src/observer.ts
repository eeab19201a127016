/** Where chats report what happened; the apps turn it into metrics, logs and alerts. Carries ids, never a client's text. */
export interface ChatsObserver {
  turn?(event: {
    chatId: string;
    turn: number;
    outcome: TurnOutcome;
    events: number;
    runMs: number;
    totalMs: number;
  }): void;
  /** A turn threw; `parked` when its events went to dead letters: raise an alert. */
  turnFailed?(event: { chatId: string; turn: number; attempt: number; parked: boolean; error: unknown }): void;
  /** A client's message has its reply delivered, or shown where the channel reads the transcript itself; the first reply counts. */
  reply?(event: { chatId: string; channel: string; seconds: number }): void;
  send?(event: { chatId: string; id: string; target: string; outcome: SendOutcome; ms: number }): void;
  /** Something broke outside a turn or a send (database away, sweep failed). */
  failure?(event: { where: string; error: unknown }): void;
}

export type TurnOutcome = 'committed' | 'parked' | 'retried' | 'lease-lost' | 'epoch-changed';
export type SendOutcome = 'sent' | 'cancelled' | 'refused' | 'retry' | 'unknown' | 'dead';
