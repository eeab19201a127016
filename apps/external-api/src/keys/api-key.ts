/** `chats`: write and read own chats, upload; `manage`: take a chat over and give it back; `services`: valuations, analogs, models. */
export const SCOPES = ['chats', 'manage', 'services'] as const;
export type Scope = (typeof SCOPES)[number];

/** A partner's key as the application sees it: never the secret. */
export interface ApiKey {
  /** Part of the inner ids of the partner's chats, so that two partners never meet. */
  id: string;
  name: string;
  scopes: readonly Scope[];
  /** Requests a minute. */
  rateLimit: number;
  /** Unfinished jobs at once. */
  openJobs: number;
}
