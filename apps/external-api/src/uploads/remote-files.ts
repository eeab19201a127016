import { MAX_CLIENT_FILE } from '#libs/channels';
import { AddressNotAllowedError, FetchFailedError, type GuardedFetch, Problem } from '#libs/platform';

const TIMEOUT_MS = 15_000;
/** A file's address may move this often. */
const MAX_REDIRECTS = 3;

const REASONS: Record<FetchFailedError['reason'], string> = {
  timeout: 'The file did not come in time',
  'too-large': 'The file is larger than 20 MB',
  redirects: 'The address redirects too often',
  network: 'The file could not be fetched',
};

/** Fetches files callers point to, by the guarded fetch: public https addresses only, bounded size and time. */
export class RemoteFiles {
  constructor(private readonly guarded: GuardedFetch) {}

  /** Throws Problem ATTACHMENT_URL_NOT_ALLOWED or ATTACHMENT_NOT_FETCHED; neither says what was found there. */
  async fetch(address: string): Promise<{ name: string; bytes: Buffer }> {
    try {
      const { status, body, url } = await this.guarded.fetch(address, {
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_CLIENT_FILE,
        maxRedirects: MAX_REDIRECTS,
        headers: { 'user-agent': 'WeWall-AI-attachments' },
      });
      if (status !== 200) throw notFetched('The address does not answer 200');
      return { name: decodeURIComponentSafely(url.pathname.split('/').at(-1) ?? ''), bytes: body };
    } catch (error) {
      if (error instanceof AddressNotAllowedError) {
        throw new Problem(422, 'ATTACHMENT_URL_NOT_ALLOWED', 'Only public https addresses are fetched');
      }
      if (error instanceof FetchFailedError) throw notFetched(REASONS[error.reason]);
      throw error;
    }
  }
}

const notFetched = (title: string) => new Problem(422, 'ATTACHMENT_NOT_FETCHED', title);

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
