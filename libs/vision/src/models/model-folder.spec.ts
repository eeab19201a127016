import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelFolder, ModelManifestError } from './model-folder.js';
import type { ModelEntry } from './model-manifest.js';

describe('ModelFolder', () => {
  let folder: ModelFolder;
  beforeEach(() => {
    folder = new ModelFolder(mkdtempSync(path.join(tmpdir(), 'wewall-models-')));
  });
  afterEach(() => rmSync(folder.folder, { recursive: true, force: true }));

  const entry = (id: string, content: string, over: Partial<ModelEntry> = {}): ModelEntry => ({
    id,
    version: '1',
    task: 'detect',
    format: 'onnx',
    precision: 'fp32',
    file: `${id}.onnx`,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    licence: 'MIT',
    source: {},
    input: { name: 'image', layout: 'NCHW', width: 8, height: 8, mean: [0], std: [1] },
    outputs: [{ name: 'out', meaning: 'detections' }],
    preload: false,
    idleUnloadMs: 0,
    maxBatch: 1,
    minRamMb: 0,
    ...over,
  });
  const refusals = async (options: { production?: boolean; budgetBytes?: number } = {}) => {
    const { refused, models } = await folder.check({ production: false, ...options });
    return { ready: models.map(({ id }) => id), refused: refused.map(({ id, code }) => `${id}: ${code}`) };
  };

  it('has nothing without a manifest', async () => {
    expect(await folder.check({ production: true })).toEqual({ models: [], refused: [], totalBytes: 0 });
  });

  it('gives what agrees with the manifest and refuses the rest, each for its reason', async () => {
    const models = ['good', 'changed', 'shorter', 'absent'].map((id) => entry(id, `bytes of ${id}`));
    await folder.put(models);
    await folder.writeFile('good.onnx', Buffer.from('bytes of good'));
    await folder.writeFile('changed.onnx', Buffer.from('bytes of chanced'.slice(0, 'bytes of changed'.length)));
    await folder.writeFile('shorter.onnx', Buffer.from('bytes'));
    expect(await refusals()).toEqual({
      ready: ['good'],
      refused: ['changed: sha256-mismatch', 'shorter: size-mismatch', 'absent: file-missing'],
    });
    const { models: ready, totalBytes, refused } = await folder.check({ production: false });
    expect(ready[0]?.path).toBe(path.join(folder.folder, 'good.onnx'));
    expect(totalBytes).toBe('bytes of good'.length);
    expect(refused[0]?.reason).toContain('changed is not used');
  });

  it('refuses fixtures in production only', async () => {
    await folder.put([entry('seeded', 'weights', { fixture: true })]);
    await folder.writeFile('seeded.onnx', Buffer.from('weights'));
    expect(await refusals()).toEqual({ ready: ['seeded'], refused: [] });
    expect(await refusals({ production: true })).toEqual({ ready: [], refused: ['seeded: fixture'] });
  });

  it('stops at the limit of bytes and goes on with what still fits', async () => {
    for (const id of ['a', 'b', 'c'])
      await folder.writeFile(`${id}.onnx`, Buffer.from(id === 'b' ? 'x'.repeat(90) : 'x'.repeat(40)));
    await folder.put([entry('a', 'x'.repeat(40)), entry('b', 'x'.repeat(90)), entry('c', 'x'.repeat(40))]);
    expect(await refusals({ budgetBytes: 100 })).toEqual({ ready: ['a', 'c'], refused: ['b: over-budget'] });
  });

  it('replaces an entry of the same id in its place and keeps the others', async () => {
    await folder.put([entry('a', 'one'), entry('b', 'two')]);
    await folder.put([entry('a', 'three', { version: '2' }), entry('c', 'four')]);
    expect((await folder.read()).models.map(({ id, version }) => `${id} ${version}`)).toEqual(['a 2', 'b 1', 'c 1']);
  });

  it.each<[string, string]>([
    ['no JSON', '{"models": ['],
    ['no models', '{}'],
    ['a file outside the folder', JSON.stringify({ models: [entry('a', 'x', { file: '../../etc/passwd' })] })],
    ['a hidden file', JSON.stringify({ models: [entry('a', 'x', { file: '.a' })] })],
    ['an id given twice', JSON.stringify({ models: [entry('a', 'x'), entry('a', 'y')] })],
    ['a number where a text belongs', JSON.stringify({ models: [{ ...entry('a', 'x'), licence: 5 }] })],
    ['no input', JSON.stringify({ models: [{ ...entry('a', 'x'), input: null }] })],
  ])('refuses a manifest with %s as a whole', async (_name, text) => {
    writeFileSync(folder.manifestFile, text);
    await expect(folder.read()).rejects.toThrow(ModelManifestError);
    await expect(folder.check({ production: false })).rejects.toMatchObject({ code: 'vision.manifest_invalid' });
  });
});
