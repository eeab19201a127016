import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileTooLargeError, type StoredFile } from './file-store.js';
import { safeName } from './safe-name.js';

/**
 * Writes the bytes to `target` for this user only and says what they are; stops reading at the limit.
 * The id is derived from bytes, name and type. Throws FileTooLargeError.
 */
export async function receiveFile(
  target: string,
  bytes: Readable | Buffer,
  meta: { name: string; contentType: string; limit: number },
): Promise<StoredFile> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes,
    async function* limited(source: AsyncIterable<Buffer | string>) {
      for await (const part of source) {
        const chunk = typeof part === 'string' ? Buffer.from(part) : part;
        size += chunk.length;
        if (size > meta.limit) throw new FileTooLargeError(meta.limit);
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { mode: 0o600 }),
  );
  const sha256 = hash.digest('hex');
  const name = safeName(meta.name);
  const fileId = createHash('sha256').update(`${sha256}\n${name}\n${meta.contentType}`).digest('hex').slice(0, 40);
  return { fileId, name, contentType: meta.contentType, size, sha256 };
}
