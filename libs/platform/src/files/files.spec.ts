import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardenHttp } from '../http/harden.js';
import { createLogger } from '../logging.js';
import { Metrics } from '../metrics.js';
import { FileLinks, keptSecret } from './file-links.js';
import { describeFileStore } from './file-store.contract.js';
import { FilesController } from './files.controller.js';
import { FILE_STORE } from './files.tokens.js';
import { FolderFileStore } from './folder-file-store.js';
import { safeName } from './safe-name.js';

const directory = mkdtempSync(path.join(tmpdir(), 'wewall-files-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeFileStore(FolderFileStore.name, async () => new FolderFileStore(path.join(directory, 'store')));

it('leaves nothing of a file that was too large', () => {
  expect(readdirSync(path.join(directory, 'store', 'incoming'))).toEqual([]);
});

describe(safeName.name, () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\я\\план.pdf', 'план.pdf'],
    ['.bashrc', 'bashrc'],
    ['a\u0000b\n.txt', 'ab.txt'],
    ['', 'file'],
    [`${'я'.repeat(300)}.pdf`, `${'я'.repeat(116)}.pdf`],
  ])('%j becomes %j', (given, expected) => {
    expect(safeName(given)).toBe(expected);
  });
});

describe(keptSecret.name, () => {
  it('is made once and readable by its owner only', () => {
    const secret = keptSecret(directory, 'links');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(keptSecret(directory, 'links')).toBe(secret);
    expect(statSync(path.join(directory, 'links.secret')).mode & 0o077).toBe(0);
  });
});

describe(FilesController.name, () => {
  const store = new FolderFileStore(path.join(directory, 'served'));
  let now = new Date('2026-03-01T10:00:00Z');
  let app: NestExpressApplication;
  let links: FileLinks;
  let url: string;
  beforeAll(async () => {
    links = new FileLinks('', 'secret-of-the-test', () => now);
    @Module({
      controllers: [FilesController],
      providers: [
        { provide: FILE_STORE, useValue: store },
        { provide: FileLinks, useValue: links },
      ],
    })
    class ServedModule {}
    app = await NestFactory.create<NestExpressApplication>(ServedModule, { logger: false });
    hardenHttp(app, {
      logger: createLogger({ level: 'silent', app: 'test' }),
      metrics: new Metrics({ processMetrics: false }),
      corsOrigins: [],
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it('serves by a signed link and lets no browser run what it serves', async () => {
    const file = await store.put(Buffer.from('<script>1</script>'), { name: 'отчёт.html', contentType: 'text/html' });
    const response = await fetch(url + links.sign(file.fileId));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''%D0%BE/);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(await response.text()).toBe('<script>1</script>');
  });

  it('answers 404 to an old, changed or borrowed link', async () => {
    const file = await store.put(Buffer.from('a'), { name: 'a.txt', contentType: 'text/plain' });
    const other = await store.put(Buffer.from('b'), { name: 'b.txt', contentType: 'text/plain' });
    const link = links.sign(file.fileId, 60);
    const status = async (address: string) => (await fetch(url + address)).status;
    expect(await status(link)).toBe(200);
    expect(await status(link.replace(file.fileId, other.fileId))).toBe(404);
    expect(await status(link.replace(/exp=(\d+)/, 'exp=9999999999'))).toBe(404);
    expect(await status(`/files/${file.fileId}`)).toBe(404);
    expect(await status(`/files/${file.fileId}?exp=1e99&sig=0`)).toBe(404);
    expect(await status(`${link}&sig=0`)).toBe(404);
    now = new Date('2026-03-01T10:03:00Z');
    expect(await status(link)).toBe(404);
  });
});
