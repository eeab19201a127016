/** The job's input cannot be worked on: an expected outcome with a stable code, never retried. */
export class JobRefusal extends Error {
  override readonly name = 'JobRefusal';

  constructor(
    readonly code: string,
    /** A sentence for the client, in Russian. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}
