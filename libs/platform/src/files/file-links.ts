import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isOneOfSecrets } from '../secret-comparison.js';

/** Signed short-lived addresses of stored files: the only way a file leaves the house. */
export class FileLinks {
  /** While the secret is being changed `previous` is the former one: links it signed work until they expire. */
  constructor(
    private readonly baseUrl: string,
    private readonly secret: string,
    private readonly now: () => Date = () => new Date(),
    private readonly previous?: string,
  ) {}

  /** An address that works for `ttlSeconds`. Rounded up to the minute, so that a transcript read twice gives one address. */
  sign(fileId: string, ttlSeconds = 3_600): string {
    const expires = Math.ceil((this.now().getTime() / 1_000 + ttlSeconds) / 60) * 60;
    return `${this.baseUrl}/files/${fileId}?exp=${expires}&sig=${signatureOf(this.secret, fileId, expires)}`;
  }

  verify(fileId: string, expires: string, signature: string): boolean {
    const at = Number(expires);
    if (!Number.isInteger(at) || at * 1_000 < this.now().getTime()) return false;
    const accepted = [this.secret, this.previous].map((one) => one && signatureOf(one, fileId, at));
    return isOneOfSecrets(signature, ...accepted);
  }
}

function signatureOf(secret: string, fileId: string, expires: number): string {
  return createHmac('sha256', secret).update(`${fileId}\n${expires}`).digest('hex');
}

/** A secret generated once and kept in the data directory for this user only. Safe when several processes start at once. */
export function keptSecret(dataDir: string, name: string): string {
  const file = path.join(dataDir, `${name}.secret`);
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    // Written aside and linked: a process that dies here leaves no empty secret, and the first of several wins.
    const own = `${file}.${randomBytes(6).toString('hex')}`;
    writeFileSync(own, randomBytes(32).toString('hex'), { mode: 0o600 });
    try {
      linkSync(own, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
}
