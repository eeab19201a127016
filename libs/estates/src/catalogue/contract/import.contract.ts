import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCatalogue } from '../../importer/import-catalogue.js';
import { ImportRefusedError } from '../../importer/import-problems.js';
import { type CatalogueSubject, DATA } from './subject.contract.js';

const COLLECTION_FILES = ['subway_stations.json', 'square_coeffs.json', 'way_to_subway_coeffs.json', 'estates.jsonl'];

/** What an import refuses, and that it repeats safely. */
export function describeImport(subject: CatalogueSubject): void {
  describe('import', () => {
    async function withCopy(change: (directory: string) => Promise<void>): Promise<unknown> {
      const directory = await mkdtemp(path.join(tmpdir(), 'import-'));
      try {
        for (const file of COLLECTION_FILES) await cp(path.join(DATA, file), path.join(directory, file));
        await change(directory);
        return await importCatalogue(subject.store, directory).catch((error: unknown) => error);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    }

    it('changes nothing the second time', async () => {
      await importCatalogue(subject.store, DATA);
      const cursor = await subject.catalogue.cursor();
      await importCatalogue(subject.store, DATA);
      expect((await subject.catalogue.changes(cursor)).estates).toEqual([]);
    });

    it('names file, line and field of every bad row and loads nothing', async () => {
      const before = await subject.catalogue.estateCount();
      const refused = await withCopy(async (directory) => {
        const broken = subject.estates
          .slice(0, 4)
          .map((estate, index) => ({ ...estate, id: `new-${index}`, lots: [] as unknown[] }));
        broken[1]!.kind = 'castle' as never;
        broken[2]!.lots = [{ ...subject.estates[0]!.lots[0]!, id: 'x', area: -5 }];
        broken[3]!.metro = [{ station: 'Атлантида', walkMeters: 10 }];
        const lines = [...broken.map((estate) => JSON.stringify(estate)), '{"id": ', JSON.stringify(broken[0])];
        await writeFile(path.join(directory, 'estates.jsonl'), lines.join('\n'));
      });
      expect(refused).toBeInstanceOf(ImportRefusedError);
      expect(
        (refused as ImportRefusedError).problems.map(({ file, line, field }) => `${file}:${line}:${field}`),
      ).toEqual([
        'estates.jsonl:2:kind',
        'estates.jsonl:3:lots[0].area',
        'estates.jsonl:4:metro[0].station',
        'estates.jsonl:5:(record)',
        'estates.jsonl:6:id',
      ]);
      expect(await subject.catalogue.estateCount()).toBe(before);
    });

    it('reads pretty-printed arrays, and refuses bands that overlap or leave a gap, naming the rows', async () => {
      const bands = (second: object) =>
        JSON.stringify(
          [{ minArea: 0, maxArea: 50, coefficient: 1 }, second, { minArea: 100, maxArea: null, coefficient: 1 }],
          null,
          2,
        );
      const with2 = (second: object) =>
        withCopy((directory) => writeFile(path.join(directory, 'square_coeffs.json'), bands(second)));
      expect(await with2({ minArea: 40, maxArea: 100, coefficient: 1 })).toMatchObject({
        message: expect.stringContaining('row 1 [0, 50) and row 2 [40, 100) overlap'),
      });
      expect(await with2({ minArea: 60, maxArea: 100, coefficient: 1 })).toMatchObject({
        message: expect.stringContaining('row 1 [0, 50) and row 2 [60, 100) leave a gap [50, 60)'),
      });
      expect(await with2({ minArea: 50, maxArea: 100, coefficient: 1 })).toMatchObject({ square_coeffs: 3 });
      await importCatalogue(subject.store, DATA);
    });

    it('refuses a lot that another building has', async () => {
      const refused = await withCopy((directory) =>
        writeFile(path.join(directory, 'estates.jsonl'), JSON.stringify({ ...subject.estates[0]!, id: 'thief' })),
      );
      expect(refused).toMatchObject({
        code: 'INVALID_CATALOGUE',
        message: expect.stringContaining('belongs to e000001'),
      });
    });
  });
}
