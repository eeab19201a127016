import type { JsonObject } from '#libs/chats';

/** The job's input cannot be worked on: an expected outcome with a stable code, never retried. */
export class JobRefusal extends Error {
  override readonly name = 'JobRefusal';

  constructor(
    readonly code: string,
    /** A sentence for the client, in Russian. */
    readonly detail: string,
    /** What a program can act on: the field, stations to choose from, the sum of a schedule. */
    readonly details: JsonObject = {},
  ) {
    super(`${code}: ${detail}`);
  }
}
