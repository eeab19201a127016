import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Catalogue, Estate } from '#libs/estates';
import { createLogger, DATA_FOLDER, GuardedFetch, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { decodeImage, perceptualHash } from '#libs/vision';
import { CataloguePhotos } from './catalogue-photos.js';
import { PhotoHashRepository } from './photo-hash.repository.js';
import { PhotoReader } from './photo-reader.js';

const logger = createLogger({ level: 'silent', app: 'test' });
let database: TestDatabase;
let estates: Estate[];
beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  estates = readFileSync(path.join(DATA_FOLDER, 'estates.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Estate);
});
afterAll(() => database.drop());

const NO_CHANGES = { estates: [] as Estate[], more: false };

/** The demo catalogue without a database. */
function catalogueOf(rows: Estate[]): Pick<Catalogue, 'streamEstates' | 'cursor' | 'changes'> {
  return {
    async *streamEstates() {
      yield rows;
    },
    cursor: async () => '0',
    changes: async (cursor) => ({ ...NO_CHANGES, cursor }),
  };
}

/** Counts what is opened. */
class CountingReader extends PhotoReader {
  opened = 0;

  override read(photo: string): Promise<Buffer> {
    this.opened += 1;
    return super.read(photo);
  }
}

async function knowing(rows: Estate[]): Promise<{ photos: CataloguePhotos; reader: CountingReader }> {
  const reader = new CountingReader(new GuardedFetch(), DATA_FOLDER);
  const photos = new CataloguePhotos(catalogueOf(rows), new PhotoHashRepository(database.pool), reader, logger);
  photos.start();
  const pictured = rows.filter((estate) => estate.photos.some((photo) => photo.startsWith('/assets/photos/e'))).length;
  await expect.poll(() => photos.size, { timeout: 30_000 }).toBe(pictured);
  return { photos, reader };
}

const hashOf = async (bytes: Buffer) => (await perceptualHash(await decodeImage(bytes, 800)))!;
const photoOf = ({ id }: Estate) => readFileSync(path.join(DATA_FOLDER, 'photos', `${id}.webp`));

describe(CataloguePhotos.name, () => {
  it('suggests the building of a photo sent smaller and compressed, and no other', async () => {
    const rows = estates.slice(0, 80);
    const { photos, reader } = await knowing(rows);
    for (const estate of rows.slice(0, 20)) {
      const sent = await sharp(photoOf(estate)).resize(280).jpeg({ quality: 55 }).toBuffer();
      const found = await photos.find(await hashOf(sent), 'photo');
      const suggested = photos.suggestions(found);
      expect(suggested.map(({ estateId }) => estateId)).toEqual([estate.id]);
      expect(suggested[0]).toMatchObject({ name: estate.name, certainty: 'same' });
    }
    await photos.stop();
    // Another process has nothing to open.
    const again = await knowing(rows);
    expect([reader.opened, again.reader.opened]).toEqual([80, 0]);
    await again.photos.stop();
  });

  it('goes on past photos it cannot have, and never leaves the public internet for one', async () => {
    const [first, second] = estates as [Estate, Estate];
    const rows = [
      { ...first, photos: ['https://127.0.0.1/a.png', '../../package.json', '/assets/photos/gone.webp'] },
      second,
    ];
    const { photos } = await knowing(rows);
    const { rows: problems } = await database.pool.query<{ photo: string; problem: string }>(
      'select photo, problem from catalogue_photo_hashes where problem is not null order by photo',
    );
    expect(problems.map(({ photo }) => photo).sort()).toEqual([...rows[0]!.photos].sort());
    await photos.stop();
  });
});
