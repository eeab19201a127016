import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManagerFileError } from '#libs/crm';
import { FolderFileStore } from '#libs/platform';
import { DownloadedManagerFiles } from './manager-files.js';

const NOT_TAKEN = 'изображение повреждено или не принимается';

const directory = mkdtempSync(path.join(tmpdir(), 'wewall-manager-files-'));
const store = new FolderFileStore(directory);
/** What the account's file server gives out, by path. */
const served = new Map<string, Buffer>();
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const bytes = served.get(request.url ?? '');
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

/** The file as our store has it after a manager has sent it. */
async function fetched(name: string, bytes: Buffer, type = 'picture') {
  served.set(`/${name}`, bytes);
  const ref = await new DownloadedManagerFiles(store, [origin]).fetch({ url: `${origin}/${name}`, name, type });
  const opened = await store.open(ref.fileId);
  return { ref, bytes: await buffer(opened!.stream) };
}

/** Why the manager's file was not taken. */
async function refusal(name: string, bytes: Buffer): Promise<string> {
  const error = await fetched(name, bytes).catch((reason: unknown) => reason);
  if (!(error instanceof ManagerFileError)) throw error;
  return error.reason;
}

const photo = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#a07040' } })
    .withExif({
      IFD0: { Make: 'Telephone', Artist: 'Manager' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '55/1 45/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '37/1 37/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

describe(DownloadedManagerFiles.name, () => {
  it('keeps of a picture nothing that its camera told, and turns it upright', async () => {
    const sent = await photo();
    expect((await sharp(sent).metadata()).exif?.includes('Telephone')).toBe(true);
    const { ref, bytes } = await fetched('photo.jpg', sent);
    const { exif, orientation, width, height } = await sharp(bytes).metadata();
    expect({ exif, orientation, width, height }).toEqual({
      exif: undefined,
      orientation: undefined,
      width: 40,
      height: 60,
    });
    expect(bytes.includes('Telephone')).toBe(false);
    expect(ref).toMatchObject({ name: 'photo.jpg', contentType: 'image/jpeg', size: bytes.length });
  });

  it('goes by the bytes of a picture, not by its name', async () => {
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    expect((await fetched('plan.pdf', png)).ref).toMatchObject({ name: 'plan.png', contentType: 'image/png' });
  });

  it('refuses a picture that is also a page, a cut one and a drawing with scripts', async () => {
    const sent = await photo();
    expect(await refusal('a.jpg', Buffer.concat([sent, Buffer.from('<script>alert(1)</script>')]))).toBe(NOT_TAKEN);
    expect(await refusal('b.jpg', sent.subarray(0, sent.length - 200))).toBe(NOT_TAKEN);
    expect(await refusal('c.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'))).toBe(
      NOT_TAKEN,
    );
  });

  it('refuses what is larger than 20 MB and what is gone', async () => {
    expect(await refusal('large.jpg', Buffer.alloc(20 * 1024 * 1024 + 1))).toBe('файл больше 20 МБ');
    served.delete('/gone.jpg');
    const gone = new DownloadedManagerFiles(store, [origin]).fetch({
      url: `${origin}/gone.jpg`,
      name: null,
      type: 'picture',
    });
    await expect(gone).rejects.toThrow(ManagerFileError);
  });

  it('takes documents as they are', async () => {
    const pdf = Buffer.from('%PDF-1.7\n%%EOF\n');
    const { ref, bytes } = await fetched('offer.pdf', pdf, 'file');
    expect(ref).toMatchObject({ name: 'offer.pdf', contentType: 'application/pdf' });
    expect(bytes.equals(pdf)).toBe(true);
  });
});
