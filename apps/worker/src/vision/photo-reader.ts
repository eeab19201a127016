import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GuardedFetch } from '#libs/platform';

const LIMITS = { timeoutMs: 15_000, maxBytes: 20 * 1024 * 1024, maxRedirects: 3 } as const;
/** A file beside the catalogue, as the demo data has: `/assets/photos/e000001.webp`. */
const BESIDE = /^\/assets\/photos\/([\w-]{1,64}\.(?:webp|jpg|png))$/;

/** Reads photos that the catalogue names: files beside it, and public https addresses by the guarded fetch. */
export class PhotoReader {
  constructor(
    private readonly guarded: GuardedFetch,
    /** Holds `photos/`. */
    private readonly dataFolder: string,
  ) {}

  /** Throws when the photo cannot be had. */
  async read(photo: string): Promise<Buffer> {
    const beside = BESIDE.exec(photo)?.[1];
    if (beside) return readFile(path.join(this.dataFolder, 'photos', beside));
    if (!photo.startsWith('https://')) throw new Error('neither a file beside the catalogue nor an https address');
    const { status, body } = await this.guarded.fetch(photo, LIMITS);
    if (status !== 200) throw new Error(`the address answers ${status}`);
    return body;
  }
}
