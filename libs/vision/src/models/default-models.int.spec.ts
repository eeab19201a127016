import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from './conversion/tfjs-weights.js';
import {
  BACKBONE_ID,
  buildDefaultModels,
  DEFAULT_SET_LIMIT_BYTES,
  defaultModels,
  KIND_PROBE_ID,
} from './default-models.js';
import { ensureDefaultModels } from './ensure-default-models.js';
import { entryProblems } from './manifest-rules.js';
import { ModelFolder } from './model-folder.js';

describe('default models', () => {
  let dataDir: string;
  let folder: ModelFolder;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'wewall-data-'));
    folder = ModelFolder.of(dataDir);
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const outcomes = async () =>
    Object.fromEntries((await buildDefaultModels(folder)).map(({ entry, outcome }) => [entry.id, outcome]));

  it('are three good entries of at most 92 MB with their licences', () => {
    const models = defaultModels();
    expect(models.map(({ task }) => task)).toEqual(['features', 'detect', 'probe']);
    expect(models.flatMap((entry) => entryProblems(entry, entry.id))).toEqual([]);
    expect(models.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(DEFAULT_SET_LIMIT_BYTES);
    expect(models.find(({ task }) => task === 'detect')?.licenceUnverified).toBe(true);
  });

  it('are built once, kept, and built again where a file has changed', async () => {
    expect(await ensureDefaultModels(dataDir)).toHaveLength(3);
    const { models, refused } = await folder.check({ production: true });
    expect(models.map(({ id }) => id)).toEqual(defaultModels().map(({ id }) => id));
    expect(refused).toEqual([]);
    expect(await ensureDefaultModels(dataDir)).toBeNull();
    const backbone = folder.pathOf(models[0]!.file);
    const before = statSync(folder.manifestFile).mtimeMs;
    expect(new Set(Object.values(await outcomes()))).toEqual(new Set(['kept']));
    expect(statSync(folder.manifestFile).mtimeMs).toBe(before);
    writeFileSync(backbone, 'damaged');
    expect((await outcomes())[BACKBONE_ID]).toBe('built');
    expect(sha256(readFileSync(backbone))).toBe(models[0]!.sha256);
  });

  it('leave a retrained probe alone', async () => {
    await buildDefaultModels(folder);
    const probe = (await folder.read()).models.find(({ id }) => id === KIND_PROBE_ID)!;
    const bytes = Buffer.from('{"retrained":true}');
    await folder.writeFile('own-probe.json', bytes);
    const own = {
      ...probe,
      file: 'own-probe.json',
      bytes: bytes.length,
      sha256: sha256(bytes),
      source: { script: 'npm run vision:train -- --labels kind' },
    };
    await folder.put([own]);
    expect((await outcomes())[KIND_PROBE_ID]).toBe('own');
    expect((await folder.read()).models.find(({ id }) => id === KIND_PROBE_ID)).toEqual(own);
  });
});
