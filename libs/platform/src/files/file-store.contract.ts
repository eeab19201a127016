import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FileStore, FileTooLargeError } from './file-store.js';

/** What every file store does; run over each of them by the specs. */
export function describeFileStore(name: string, open: () => Promise<FileStore>): void {
  describe(`${name} as a FileStore`, () => {
    let store: FileStore;
    beforeAll(async () => {
      store = await open();
    });

    it('stores the same file once and reads it back', async () => {
      const meta = { name: 'план этажа.txt', contentType: 'text/plain' };
      const first = await store.put(Buffer.from('план этажа'), meta);
      const again = await store.put(Readable.from([Buffer.from('план '), Buffer.from('этажа')]), meta);
      expect(again).toEqual(first);
      expect(first.size).toBe(Buffer.byteLength('план этажа'));
      expect(await store.stat(first.fileId)).toEqual(first);
      const opened = await store.open(first.fileId);
      expect(opened?.file).toEqual(first);
      expect(await text(opened!.stream)).toBe('план этажа');
      await store.remove(first.fileId);
      expect(await store.open(first.fileId)).toBeNull();
      expect(await store.stat(first.fileId)).toBeNull();
      await store.remove(first.fileId);
    });

    it('keeps every byte of a large file, streamed both ways', async () => {
      const bytes = Buffer.alloc(3 * 1024 * 1024, 'абв');
      const chunks = Array.from({ length: 48 }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536));
      const stored = await store.put(Readable.from(chunks), { name: 'a.bin', contentType: 'application/octet-stream' });
      const opened = await store.open(stored.fileId);
      const read = await buffer(opened!.stream);
      expect(createHash('sha256').update(read).digest('hex')).toBe(stored.sha256);
      expect(read.equals(bytes)).toBe(true);
    });

    it('takes an empty file', async () => {
      const stored = await store.put(Buffer.alloc(0), { name: 'empty', contentType: 'text/plain' });
      expect((await store.stat(stored.fileId))?.size).toBe(0);
    });

    it('tells files of the same bytes apart by name and type', async () => {
      const ids = await Promise.all(
        [
          { name: 'a.txt', contentType: 'text/plain' },
          { name: 'b.txt', contentType: 'text/plain' },
          { name: 'a.txt', contentType: 'text/csv' },
        ].map(async (meta) => (await store.put(Buffer.from('same'), meta)).fileId),
      );
      expect(new Set(ids).size).toBe(3);
    });

    it('may store one file many times at once', async () => {
      const meta = { name: 'race.txt', contentType: 'text/plain' };
      const stored = await Promise.all(Array.from({ length: 8 }, () => store.put(Buffer.from('race'), meta)));
      expect(new Set(stored.map(({ fileId }) => fileId)).size).toBe(1);
      expect(await text((await store.open(stored[0]!.fileId))!.stream)).toBe('race');
    });

    it('stops reading at the limit', async () => {
      let read = 0;
      const endless = new Readable({
        read() {
          read += 1;
          this.push(Buffer.alloc(1_024));
        },
      });
      await expect(store.put(endless, { name: 'a', contentType: 'text/plain', limit: 10_000 })).rejects.toThrow(
        FileTooLargeError,
      );
      expect(read).toBeLessThan(200);
    });

    it.each(['../../etc/passwd', '', 'x'.repeat(40), 'a'.repeat(41), 'a'.repeat(40)])(
      'has no file called %s',
      async (fileId) => {
        expect(await store.stat(fileId)).toBeNull();
        expect(await store.open(fileId)).toBeNull();
        await store.remove(fileId);
      },
    );
  });
}
