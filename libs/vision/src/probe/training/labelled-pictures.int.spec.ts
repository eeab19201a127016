import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FolderFileStore, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { build } from '../../../../../ci/build.mjs';
import { modelParts } from '../../engine/model-parts.js';
import { LabelStore, type PictureLabel } from '../../labels/label-store.js';
import { BACKBONE_ID } from '../../models/default-models.js';
import { ensureDefaultModels } from '../../models/ensure-default-models.js';
import { ModelFolder } from '../../models/model-folder.js';
import { OnnxModelRunner } from '../../runners/onnx-runner.js';
import { openVision } from '../../vision.js';
import { FIT_OUT_GATE, FIT_OUT_PROBE_ID } from '../fit-out-classifier.js';
import type { ProbeFile } from '../probe-file.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { FeatureReader } from './feature-reader.js';
import { installProbe } from './install-probe.js';
import { MIN_LABELS_PER_CLASS, trainOnLabels } from './label-training.js';
import { labelledExamples } from './labelled-pictures.js';

const LABELS = ['shell', 'partial', 'ready'] as const;

/** Walls of three greys with noise: what a probe can learn from a few pictures. */
async function wall(label: (typeof LABELS)[number], random: SeededRandom): Promise<Buffer> {
  const [hue, stripes] = { shell: [0, 0], partial: [60, 6], ready: [200, 24] }[label] as [number, number];
  const bars = Array.from(
    { length: stripes },
    (_, i) => `<rect x="${(i * 240) / stripes}" y="${random.whole(0, 60)}" width="4" height="200" fill="#222"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="180"><rect width="240" height="180" fill="hsl(${hue},40%,${random.whole(45, 65)}%)"/>${bars.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

/** The engine as a worker opens it over the models of the folder; every picture counts as a photo. */
async function installed(dataDir: string, probe: ProbeFile) {
  const folder = ModelFolder.of(dataDir);
  await installProbe(folder, FIT_OUT_PROBE_ID, probe);
  const { models } = await folder.check({ production: true });
  const networks = models.filter(({ format }) => format === 'onnx');
  const runner = new OnnxModelRunner({ models: networks, hosts: 1, device: 'cpu' });
  const refused: string[] = [];
  const parts = modelParts(models, runner, (_id, error) => refused.push(String(error)));
  const scores = { photo: 1, plan: 0, document: 0, other: 0 };
  const vision = openVision({
    ...(parts.fitOut && { fitOut: parts.fitOut }),
    classifier: { version: 'kinds@1', classify: async () => ({ kind: 'photo', probability: 1, scores }) },
  });
  return {
    vision,
    refused,
    close: async () => {
      await vision.close();
      await runner.close();
    },
  };
}

describe('training from people’s labels', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    // Inference hosts are run from dist/.
    await build();
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-labels-'));
  }, 120_000);
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the pictures from the store, leaves out what is gone, and tells its accuracy', async () => {
    await ensureDefaultModels(folder);
    const { models } = await ModelFolder.of(folder).check({ production: true });
    const reader = await FeatureReader.open(models.find(({ id }) => id === BACKBONE_ID)!);
    const files = new FolderFileStore(path.join(folder, 'files'));
    const store = new LabelStore(database.pool);
    const random = new SeededRandom(1);
    const told: PictureLabel[] = [];
    for (let i = 0; i < MIN_LABELS_PER_CLASS; i++)
      for (const label of LABELS) {
        const { fileId } = await files.put(await wall(label, random), {
          name: `${label}-${i}.jpg`,
          contentType: 'image/jpeg',
        });
        told.push({ fileId, set: 'fit-out', label, author: 'manager' });
      }
    const { fileId: text } = await files.put(Buffer.from('no picture'), {
      name: 'note.jpg',
      contentType: 'image/jpeg',
    });
    told.push({ fileId: text, set: 'fit-out', label: 'ready', author: 'client' });
    told.push({ fileId: 'f'.repeat(40), set: 'fit-out', label: 'ready', author: 'client' });
    await store.add('effect-1', told);

    const { examples, unreadable } = await labelledExamples('fit-out', store, files, reader);
    expect({ examples: examples.length, unreadable }).toEqual({ examples: 3 * MIN_LABELS_PER_CLASS, unreadable: 2 });
    const probe = trainOnLabels(LABELS, examples, { backbone: reader.version, set: 'fit-out' });
    expect(probe.provenance.heldOut.accuracy).toBeGreaterThan(0.9);
    expect(probe.backbone).toBe(`${BACKBONE_ID}@${models[0]!.sha256.slice(0, 12)}`);
    await reader.close();

    // The engine answers by it from now on; by a probe that has shown too little it does not.
    const good = await installed(folder, probe);
    const shell = { fileId: 'new', bytes: await wall('shell', random) };
    expect((await good.vision.detect(shell)).fitOut).toBe('shell');
    expect(good.vision.capabilities().fitOut).toBe('available');
    await good.close();
    const weak = { ...probe.provenance.heldOut, accuracy: FIT_OUT_GATE.accuracy - 0.01 };
    const poor = await installed(folder, { ...probe, provenance: { ...probe.provenance, heldOut: weak } });
    expect((await poor.vision.detect(shell)).fitOut).toBe('unknown');
    expect(poor.refused).toEqual([expect.stringMatching(/held-out accuracy is 79\.0 %/)]);
    await poor.close();
  }, 180_000);
});
