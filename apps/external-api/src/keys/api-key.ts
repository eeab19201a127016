/**
 * `chats`: write and read own chats, upload; `manage`: take a chat over and give it back; `services`: valuations, analogs,
 * models; `webhooks`: register where events are sent to.
 */
export const SCOPES = ['chats', 'manage', 'services', 'webhooks'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a key may do and how much of it. */
export interface KeyLimits {
  scopes: readonly Scope[];
  /** Requests a minute. */
  rateLimit: number;
  /** Requests a day; absent: no quota. */
  dailyQuota?: number;
  /** Unfinished jobs at once. */
  openJobs: number;
}

/** A partner's key as the application sees it: never the secret. */
export interface ApiKey extends KeyLimits {
  /** Part of the inner ids of the partner's chats, so that two partners never meet. */
  id: string;
  name: string;
}

/** A key as operators see it. */
export interface KeyRecord extends ApiKey {
  createdAt: Date;
  revokedAt: Date | null;
  /** Its secrets, newest first: when each was made, when it ends (null: never) and when it was last used. */
  secrets: { createdAt: string; expiresAt: string | null; lastUsedAt: string | null }[];
}
