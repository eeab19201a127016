/** What a partner may be told: a reply of the bot or a manager, a change of owner, a finished job. */
export const WEBHOOK_EVENTS = ['message', 'owner', 'job'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Where a partner is told what happened. The secret is shown when it is made and never again. */
export interface WebhookEndpoint {
  id: string;
  keyId: string;
  url: string;
  events: WebhookEvent[];
  /** `disabled`: nothing was delivered for so long that it was switched off; nothing is noted for it. */
  state: 'active' | 'disabled';
  /** Since when every delivery fails; null while they succeed. */
  failingSince: string | null;
  lastSuccessAt: string | null;
  createdAt: string;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  id: string;
  type: WebhookEvent;
  state: 'pending' | 'sent' | 'dead';
  attempts: number;
  /** Status the endpoint answered last; null when there was no answer. */
  status: number | null;
  /** Why the last attempt failed. */
  error: string | null;
  createdAt: string;
  settledAt: string | null;
}

/** An endpoint as the sender holds it: with its secrets and the fence of its lease. */
export interface LeasedEndpoint {
  id: string;
  keyId: string;
  url: string;
  /** The one or two that sign now. */
  secrets: string[];
  fence: string;
  failures: number;
}

/** What is to be said and where it stands. */
export type EventRef =
  | { type: 'message'; chatId: string; seq: number }
  | { type: 'owner'; chatId: string; owner: 'bot' | 'manager' }
  | { type: 'job'; jobId: string; name: string; state: 'completed' | 'failed' };

/** A delivery whose turn it is. */
export interface DueDelivery {
  id: string;
  ref: EventRef;
  attempts: number;
  createdAt: string;
}

/** Part of a list; `nextCursor` continues it, null at its end. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
