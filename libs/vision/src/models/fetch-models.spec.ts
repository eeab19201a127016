import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GuardedFetch } from '#libs/platform';
import { fetchModels, readModelList } from './fetch-models.js';
import { ModelFolder } from './model-folder.js';
import type { ModelEntry } from './model-manifest.js';

const BYTES = randomBytes(50_000);
const PART = 16_384;

describe('models:fetch', () => {
  let server: Server;
  let folder: ModelFolder;
  let requests: string[] = [];
  let behaviour: 'ranges' | 'whole' | 'cut' | 'other' | 'gone' = 'ranges';

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request.headers.range ?? '');
      const [from, to] = (/bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []).slice(1).map(Number) as [
        number,
        number,
      ];
      const bytes = behaviour === 'other' ? Buffer.alloc(BYTES.length) : BYTES;
      if (behaviour === 'gone' || (behaviour === 'cut' && from > 0)) return void response.writeHead(503).end('busy');
      if (behaviour === 'whole') return void response.writeHead(200).end(bytes);
      response
        .writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` })
        .end(bytes.subarray(from, to + 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests = [];
    behaviour = 'ranges';
    folder = new ModelFolder(path.join(mkdtempSync(path.join(tmpdir(), 'wewall-models-')), 'models'));
  });
  afterEach(() => rmSync(path.dirname(folder.folder), { recursive: true, force: true }));

  const entry = (over: Partial<ModelEntry> = {}): ModelEntry => ({
    id: 'segmenter',
    version: '1',
    task: 'segment',
    format: 'onnx',
    precision: 'fp32',
    file: 'segmenter.onnx',
    bytes: BYTES.length,
    sha256: createHash('sha256').update(BYTES).digest('hex'),
    licence: 'MIT',
    source: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/segmenter.onnx` },
    input: { name: 'image', layout: 'NCHW', width: 320, height: 320, mean: [0, 0, 0], std: [1, 1, 1] },
    outputs: [{ name: 'mask', meaning: 'mask' }],
    preload: false,
    idleUnloadMs: 60_000,
    maxBatch: 1,
    minRamMb: 100,
    ...over,
  });
  const inside = new GuardedFetch({ allowedNetworks: ['127.0.0.1/32'] });
  const get = (models: ModelEntry[], fetch = inside) => fetchModels(folder, models, { fetch, partBytes: PART });

  it('fetches in parts, writes the manifest, and keeps what is right the second time', async () => {
    expect((await get([entry()])).map(({ outcome }) => outcome)).toEqual(['fetched']);
    expect(requests).toEqual(['bytes=0-16383', 'bytes=16384-32767', 'bytes=32768-49151', 'bytes=49152-49999']);
    expect(readFileSync(folder.pathOf('segmenter.onnx')).equals(BYTES)).toBe(true);
    expect((await folder.check({ production: true })).models.map(({ id }) => id)).toEqual(['segmenter']);
    expect((await get([entry()])).map(({ outcome }) => outcome)).toEqual(['kept']);
    expect(requests).toHaveLength(4);
  });

  it('takes the whole file from a server without ranges', async () => {
    behaviour = 'whole';
    await get([entry()]);
    expect(readFileSync(folder.pathOf('segmenter.onnx')).equals(BYTES)).toBe(true);
  });

  it('goes on where it was cut off', async () => {
    behaviour = 'cut';
    await expect(get([entry()])).rejects.toMatchObject({ code: 'vision.model_fetch_failed' });
    expect(existsSync(folder.pathOf('segmenter.onnx'))).toBe(false);
    behaviour = 'ranges';
    requests = [];
    await get([entry()]);
    expect(requests[0]).toBe('bytes=16384-32767');
    expect(readFileSync(folder.pathOf('segmenter.onnx')).equals(BYTES)).toBe(true);
  });

  it('refuses other bytes and leaves nothing of them', async () => {
    behaviour = 'other';
    await expect(get([entry()])).rejects.toThrow(/what came has sha256/);
    expect(readdirSync(folder.folder)).toEqual([]);
    expect((await folder.read()).models).toEqual([]);
  });

  it('refuses a file of another size before taking it all', async () => {
    await expect(get([entry({ bytes: BYTES.length - 1 })])).rejects.toThrow(/the server’s file has 50000 bytes/);
    behaviour = 'whole';
    await expect(get([entry({ bytes: 40_000 })])).rejects.toMatchObject({ code: 'fetch.failed', reason: 'too-large' });
  });

  it('reaches private addresses only when told to', async () => {
    await expect(get([entry()], new GuardedFetch())).rejects.toMatchObject({ code: 'fetch.address_not_allowed' });
    expect(requests).toEqual([]);
  });

  it('does not overwrite the file of another model', async () => {
    await get([entry()]);
    await expect(get([entry({ id: 'other' })])).rejects.toThrow(/is the file of segmenter/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /not JSON/],
    ['no list', '{"models":{}}', /must be/],
    ['an empty list', '{"models":[]}', /must be/],
    ['a path for a file', { file: '../escape.onnx' }, /file must be a file name/],
    ['no sha256', { sha256: 'abc' }, /sha256 must be 64 hex digits/],
    ['no address', { source: {} }, /source\.url must be an address/],
    ['too many bytes', { bytes: 3 * 1024 ** 3 }, /more than/],
    ['an unknown task', { task: 'dance' }, /task must be one of/],
  ])('refuses a list with %s', (_name, list, message) => {
    const text = typeof list === 'string' ? list : JSON.stringify({ models: [{ ...entry(), ...(list as object) }] });
    expect(() => readModelList(text)).toThrow(message);
  });

  it('reads a good list', () => {
    writeFileSync(path.join(path.dirname(folder.folder), 'list.json'), JSON.stringify({ models: [entry()] }));
    expect(readModelList(readFileSync(path.join(path.dirname(folder.folder), 'list.json'), 'utf8'))).toEqual([entry()]);
  });
});
