import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Simulator } from '#libs/testing';
import { describeFileStore } from './file-store.contract.js';
import { FileStoreRefusedError, FileStoreUnavailableError, S3FileStore } from './s3-file-store.js';

let simulator: S3Simulator;
const stores: S3FileStore[] = [];
const open = (settings: object = {}) => {
  const store = new S3FileStore({ ...simulator.settings, ...settings });
  stores.push(store);
  return store;
};

beforeAll(async () => {
  simulator = await S3Simulator.start();
});
afterAll(async () => {
  for (const store of stores) store.close();
  await simulator.stop();
});

describeFileStore(`${S3FileStore.name} over the simulator`, async () => open());

describe(S3FileStore.name, () => {
  const meta = { name: 'a.txt', contentType: 'text/plain' };

  it('is refused with a wrong key, and says what to check without showing it', async () => {
    const store = open({ secretKey: 'МАРКЕР' });
    await expect(store.check()).rejects.toThrow(FileStoreRefusedError);
    await expect(store.put(Buffer.from('a'), meta)).rejects.toThrow(/^(?!.*МАРКЕР).*403.*S3_SECRET_KEY/);
  });

  it('tells a missing bucket from a missing file', async () => {
    const store = open({ bucket: 'other' });
    await expect(store.check()).rejects.toThrow(FileStoreRefusedError);
    await expect(store.put(Buffer.from('a'), meta)).rejects.toThrow(FileStoreRefusedError);
  });

  it('tries again after a broken connection and a 503, and gives up in the end', async () => {
    const store = open();
    simulator.faults.push(503, 'drop');
    const stored = await store.put(Buffer.from('again'), meta);
    expect(await store.stat(stored.fileId)).toEqual(stored);
    simulator.faults.push('drop', 'drop', 'drop');
    await expect(store.stat(stored.fileId)).rejects.toThrow(FileStoreUnavailableError);
    simulator.faults.push(503, 503, 503);
    await expect(store.stat(stored.fileId)).rejects.toThrow(FileStoreRefusedError);
  });

  it('sends a file it has stored before no second time', async () => {
    const store = open();
    await store.put(Buffer.from('once'), meta);
    const before = simulator.requests;
    await store.put(Buffer.from('once'), meta);
    expect(simulator.requests - before).toBe(1);
  });
});
