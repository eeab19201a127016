import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What is known about a stored file; the id is derived from its bytes and name, so storing twice is storing once. */
export interface StoredFile {
  fileId: string;
  name: string;
  contentType: string;
  size: number;
  /** sha256 of the bytes, hex. */
  sha256: string;
}

/** The file is larger than allowed. */
export class FileTooLargeError extends Error {
  constructor(readonly limit: number) {
    super(`the file is larger than ${limit} bytes`);
  }
}

/** Where uploads, reports and mirrored media live; states and queues hold only `fileId`s. */
export interface FileStore {
  /** Stores the bytes; stops reading at the limit. Throws FileTooLargeError. */
  put(bytes: Readable | Buffer, meta: { name: string; contentType: string; limit?: number }): Promise<StoredFile>;
  /** Null when there is no such file. */
  stat(fileId: string): Promise<StoredFile | null>;
  /** Null when there is no such file. */
  open(fileId: string): Promise<{ file: StoredFile; stream: Readable } | null>;
  remove(fileId: string): Promise<void>;
}

/** Default limit of one file, bytes. */
export const FILE_LIMIT = 20 * 1024 * 1024;

const FILE_ID = /^[0-9a-f]{40}$/;

/** Files in a folder: two levels of directories, a JSON beside each file, written under a temporary name first. */
export class FolderFileStore implements FileStore {
  constructor(private readonly root: string) {}

  async put(
    bytes: Readable | Buffer,
    meta: { name: string; contentType: string; limit?: number },
  ): Promise<StoredFile> {
    const limit = meta.limit ?? FILE_LIMIT;
    const name = safeName(meta.name);
    await mkdir(path.join(this.root, 'incoming'), { recursive: true });
    const temporary = path.join(this.root, 'incoming', randomUUID());
    const hash = createHash('sha256');
    let size = 0;
    try {
      await pipeline(
        Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes,
        async function* limited(source: AsyncIterable<Buffer | string>) {
          for await (const part of source) {
            const chunk = typeof part === 'string' ? Buffer.from(part) : part;
            size += chunk.length;
            if (size > limit) throw new FileTooLargeError(limit);
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(temporary, { mode: 0o600 }),
      );
      const sha256 = hash.digest('hex');
      const fileId = createHash('sha256').update(`${sha256}\n${name}\n${meta.contentType}`).digest('hex').slice(0, 40);
      const stored: StoredFile = { fileId, name, contentType: meta.contentType, size, sha256 };
      const target = this.pathOf(fileId);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temporary, target);
      await writeFile(`${target}.json`, JSON.stringify(stored), { mode: 0o600 });
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async stat(fileId: string): Promise<StoredFile | null> {
    if (!FILE_ID.test(fileId)) return null;
    try {
      return JSON.parse(await readFile(`${this.pathOf(fileId)}.json`, 'utf8')) as StoredFile;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async open(fileId: string): Promise<{ file: StoredFile; stream: Readable } | null> {
    const file = await this.stat(fileId);
    return file ? { file, stream: createReadStream(this.pathOf(fileId)) } : null;
  }

  async remove(fileId: string): Promise<void> {
    if (!FILE_ID.test(fileId)) return;
    await rm(`${this.pathOf(fileId)}.json`, { force: true });
    await rm(this.pathOf(fileId), { force: true });
  }

  private pathOf(fileId: string): string {
    return path.join(this.root, fileId.slice(0, 2), fileId.slice(2, 4), fileId);
  }
}

/** A name that is only a name: no path, no control characters, at most 120 characters, extension kept. */
export function safeName(name: string): string {
  const base = name
    .replace(/^.*[\\/]/, '')
    .replace(/[\u0000-\u001F\u007F"<>|:*?]/g, '')
    .trim()
    .replace(/^\.+/, '');
  const extension = path.extname(base).slice(0, 12);
  const stem = base.slice(0, base.length - path.extname(base).length).slice(0, 120 - extension.length);
  return `${stem || 'file'}${extension}`;
}
