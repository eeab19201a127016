import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKBONE_ID, KIND_PROBE_ID } from '../models/default-models.js';
import { ensureDefaultModels } from '../models/ensure-default-models.js';
import type { CheckedModel } from '../models/model-folder.js';
import { ModelFolder } from '../models/model-folder.js';
import { linearModelOf, readProbe } from './probe-file.js';
import { BLIND_PICTURES } from './synthetic/blind-pictures.js';
import { degrade } from './synthetic/degradation.js';
import { SeededRandom } from './synthetic/seeded-random.js';
import { FeatureReader } from './training/feature-reader.js';
import { logits, softmax } from './training/logistic-regression.js';

describe('the shipped probe of kinds', () => {
  let folder: string;
  let models: CheckedModel[];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-probe-'));
    await ensureDefaultModels(folder);
    models = (await ModelFolder.of(folder).check({ production: true })).models;
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is of the shipped backbone and says what it was tested on', () => {
    const probe = readProbe(models.find(({ id }) => id === KIND_PROBE_ID)!.path);
    const backbone = models.find(({ id }) => id === BACKBONE_ID)!;
    expect(probe.backbone).toBe(`${BACKBONE_ID}@${backbone.sha256.slice(0, 12)}`);
    expect(probe.provenance.data).toContain('synthetic');
    expect(probe.provenance.heldOut.accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it('tells kinds of pictures of the blind generator and a photograph', async () => {
    const reader = await FeatureReader.open(models.find(({ id }) => id === BACKBONE_ID)!);
    const probe = readProbe(models.find(({ id }) => id === KIND_PROBE_ID)!.path);
    const model = linearModelOf(probe);
    const kindOf = async (picture: Uint8Array): Promise<string> => {
      const probabilities = softmax(logits(model, await reader.features(picture)), probe.temperature);
      return probe.labels[probabilities.indexOf(Math.max(...probabilities))]!;
    };
    const random = new SeededRandom(2026);
    let right = 0;
    for (const kind of ['plan', 'document', 'other'] as const)
      for (let i = 0; i < 9; i++) {
        const draw = BLIND_PICTURES[kind][i % BLIND_PICTURES[kind].length]!;
        right += (await kindOf(await degrade(draw(random), random))) === kind ? 1 : 0;
      }
    // 27 pictures are too few for the published figure; they show that the file, its order of labels and the scaling are right.
    expect(right).toBeGreaterThanOrEqual(23);
    const photo = path.join(
      path.dirname(createRequire(import.meta.url).resolve('@vladmandic/human')),
      '../assets/samples.jpg',
    );
    expect(await kindOf(await sharp(photo).extract({ left: 0, top: 0, width: 400, height: 400 }).toBuffer())).toBe(
      'photo',
    );
    await reader.close();
  }, 120_000);
});
