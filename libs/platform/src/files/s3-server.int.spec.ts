import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#libs/testing';
import { describeFileStore } from './file-store.contract.js';
import { FileStoreRefusedError, S3FileStore } from './s3-file-store.js';

const SERVER = process.env.VERSITYGW_PATH ?? 'versitygw';
const found = spawnSync(SERVER, ['--version']).status === 0;
if (!found) {
  console.warn(
    'SKIPPED: the S3 store over a real server needs versitygw (go install github.com/versity/versitygw/cmd/versitygw@latest)',
  );
}

describe.skipIf(!found)('over a real S3-compatible server', () => {
  const settings = { endpoint: '', region: 'us-east-1', bucket: 'wewall', accessKey: 'test', secretKey: 'test-secret' };
  let directory: string;
  let server: ChildProcess;
  let store: S3FileStore;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'wewall-s3-'));
    for (const folder of ['data/wewall', 'meta']) mkdirSync(path.join(directory, folder), { recursive: true });
    const port = await freePort();
    settings.endpoint = `http://127.0.0.1:${port}`;
    server = spawn(
      SERVER,
      ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', `${directory}/meta`, `${directory}/data`],
      {
        env: { ...process.env, ROOT_ACCESS_KEY: settings.accessKey, ROOT_SECRET_KEY: settings.secretKey },
        stdio: 'ignore',
      },
    );
    store = new S3FileStore(settings);
    for (let left = 100; ; left -= 1) {
      try {
        await store.check();
        return;
      } catch (error) {
        if (left === 0) throw error;
        await sleep(100);
      }
    }
  });

  afterAll(async () => {
    store?.close();
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  });

  describeFileStore(S3FileStore.name, async () => store);

  it('is refused with a wrong key', async () => {
    const stranger = new S3FileStore({ ...settings, secretKey: 'wrong' });
    await expect(stranger.check()).rejects.toThrow(FileStoreRefusedError);
    stranger.close();
  });

  it('shows a file to nobody without a signature', async () => {
    const { fileId } = await store.put(Buffer.from('private'), { name: 'a.txt', contentType: 'text/plain' });
    const key = `files/${fileId.slice(0, 2)}/${fileId.slice(2, 4)}/${fileId}`;
    expect((await fetch(`${settings.endpoint}/${settings.bucket}/${key}`)).status).toBe(403);
  });
});
