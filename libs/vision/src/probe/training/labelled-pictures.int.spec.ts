import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FolderFileStore, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { LabelStore, type PictureLabel } from '../../labels/label-store.js';
import { BACKBONE_ID } from '../../models/default-models.js';
import { ensureDefaultModels } from '../../models/ensure-default-models.js';
import { ModelFolder } from '../../models/model-folder.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { FeatureReader } from './feature-reader.js';
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

describe('training from people’s labels', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-labels-'));
  });
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
  }, 180_000);
});
