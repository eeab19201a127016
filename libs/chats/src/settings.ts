/** How chats behave; every duration is in milliseconds. */
export interface ChatSettings {
  /** Quiet time after the client's last free text before its turn starts; `quietMaxMs` bounds it from the first one. */
  quietMs: number;
  quietMaxMs: number;
  /** Lease of a claimed chat; renewed at a third of it. A process that stops longer loses the chat. */
  leaseMs: number;
  /** Lease of an outbox row in flight; longer than the slowest sender's timeout. */
  sendLeaseMs: number;
  /** Turns run at once in one process. */
  concurrency: number;
  /** Events one turn takes at most: bounds memory under a burst. */
  maxEventsPerTurn: number;
  /** Attempts of a turn before its events are parked as dead letters. */
  maxTurnAttempts: number;
  /** Attempts of a send that surely did not happen before it is parked. */
  maxSendAttempts: number;
  /** First pause after a failure; doubles with each attempt up to `backoffMaxMs`. */
  backoffMs: number;
  backoffMaxMs: number;
  /** How often lost wake-ups, due timers and due sends are looked for. */
  sweepMs: number;
  /** How often readers of other processes' chats look by themselves; signals make them look at once. */
  lookMs: number;
  /** States kept per chat. */
  keepCheckpoints: number;
  /** Channels that read the transcript themselves: a committed reply is delivered, no outbox row is written. */
  pullChannels: readonly string[];
  /** Whether a CRM is connected: messages are mirrored to target `crm`; without it CRM effects are held, not lost. */
  crm: boolean;
  /** A manager's silence after which the bot takes the chat back; 0 never. */
  managerSilenceMs: number;
  /** How long a client waits for a manager before a `manager.remind` event comes; 0 never. */
  managerReminderMs: number;
  /** How long before a `manager.wait` event comes; 0 never. */
  clientWaitMs: number;
}

export const defaultChatSettings: ChatSettings = {
  quietMs: 700,
  quietMaxMs: 3_000,
  leaseMs: 30_000,
  sendLeaseMs: 60_000,
  concurrency: 16,
  maxEventsPerTurn: 50,
  maxTurnAttempts: 5,
  maxSendAttempts: 12,
  backoffMs: 500,
  backoffMaxMs: 300_000,
  sweepMs: 1_000,
  lookMs: 500,
  keepCheckpoints: 10,
  pullChannels: ['rest', 'web'],
  crm: false,
  managerSilenceMs: 0,
  managerReminderMs: 0,
  clientWaitMs: 0,
};

/** Pause before attempt `attempts + 1`, in milliseconds. */
export function backoff(attempts: number, settings: Pick<ChatSettings, 'backoffMs' | 'backoffMaxMs'>): number {
  return Math.min(settings.backoffMaxMs, settings.backoffMs * 2 ** Math.max(0, attempts - 1));
}
