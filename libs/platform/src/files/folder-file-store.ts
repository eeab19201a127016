import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { FILE_ID, FILE_LIMIT, type FileStore, type StoredFile } from './file-store.js';
import { receiveFile } from './incoming-file.js';

/** Files in a folder: two levels of directories, a JSON beside each file, written under a temporary name first. */
export class FolderFileStore implements FileStore {
  constructor(private readonly root: string) {}

  async put(
    bytes: Readable | Buffer,
    meta: { name: string; contentType: string; limit?: number },
  ): Promise<StoredFile> {
    await mkdir(path.join(this.root, 'incoming'), { recursive: true });
    const temporary = path.join(this.root, 'incoming', randomUUID());
    try {
      const stored = await receiveFile(temporary, bytes, { ...meta, limit: meta.limit ?? FILE_LIMIT });
      const target = this.pathOf(stored.fileId);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temporary, target);
      // Renamed into place as well: a reader between the two sees a file that is not there yet, never half a description.
      await writeFile(`${temporary}.json`, JSON.stringify(stored), { mode: 0o600 });
      await rename(`${temporary}.json`, `${target}.json`);
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
