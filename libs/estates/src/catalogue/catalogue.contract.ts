import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalogIndex } from '../analogs/analog-index.js';
import { SnapshotBuilder } from '../analogs/analog-snapshot.js';
import { runAnalogs } from '../analogs/analogs.js';
import { importCatalogue, seedCatalogue } from '../importer/import-catalogue.js';
import { ImportRefusedError } from '../importer/import-problems.js';
import type { Estate, Phrase, SearchCriteria, SearchRequest } from '../types.js';
import { runValuation } from '../valuation/valuation.js';
import type { Catalogue } from './catalogue.js';
import type { CatalogueStore } from './catalogue-store.js';

/** The demo data of the repository. */
export const DATA = path.resolve(import.meta.dirname, '../../../../data');
const COLLECTION_FILES = ['subway_stations.json', 'square_coeffs.json', 'way_to_subway_coeffs.json', 'estates.jsonl'];

/** A store over an empty database, and the two edits an operator makes past the importer. */
export interface StoreUnderTest {
  store: CatalogueStore;
  /** Renames a building as an operator would in the database. */
  renameEstate(id: string, name: string): Promise<void>;
  /** Changes a phrase as an operator would in the database. */
  editPhrase(key: string, text: string): Promise<void>;
  close(): Promise<void>;
}

const lines = (records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

/** Runs the work over a directory that holds just the given files. */
async function withFiles<T>(files: Record<string, string>, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), 'import-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Second implementation of the filters, in floating point over the records themselves. */
function matches(estate: Estate, index: number, criteria: SearchCriteria): boolean {
  const lot = estate.lots[index]!;
  const total = Math.round((lot.price * lot.area * 100) / (lot.deal === 'rent' ? 12 : 1)) / 100;
  const place =
    (!criteria.stations && !criteria.districts) ||
    estate.metro.some(({ station }) => criteria.stations?.includes(station)) ||
    (criteria.districts?.includes(estate.district) ?? false);
  return (
    lot.status === 'available' &&
    lot.deal === criteria.deal &&
    estate.kind === criteria.kind &&
    lot.area >= (criteria.areaMin ?? 0) &&
    lot.area <= (criteria.areaMax ?? Number.POSITIVE_INFINITY) &&
    total <= (criteria.budgetMax ?? Number.POSITIVE_INFINITY) &&
    (!criteria.classes || criteria.classes.includes(estate.class)) &&
    (!criteria.fitOut || lot.fitOut === criteria.fitOut) &&
    (criteria.readiness !== 'ready' || estate.readiness === 'ready') &&
    place
  );
}

/** What every store of a catalogue has to do: the same imports, the same answers, the same order. */
export function describeCatalogue(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`catalogue in ${name}`, () => {
    let store: CatalogueStore;
    let catalogue: Catalogue;
    let estates: Estate[];
    let renameEstate: StoreUnderTest['renameEstate'];
    let editPhrase: StoreUnderTest['editPhrase'];
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, renameEstate, editPhrase, close } = await open());
      await seedCatalogue(store, DATA);
      ({ catalogue } = store);
      estates = (await readFile(path.join(DATA, 'estates.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Estate);
    });

    afterAll(() => close());

    describe('the demo catalogue', () => {
      it('comes back as it was imported, in byte order, whatever the batch', async () => {
        for (const batchSize of [70, 10_000]) {
          const read: Estate[] = [];
          for await (const batch of catalogue.streamEstates({ batchSize })) {
            expect(batch.length).toBeLessThanOrEqual(batchSize);
            read.push(...batch);
          }
          expect(read).toEqual(estates);
        }
        expect(await catalogue.estateCount()).toBe(estates.length);
      });

      it('seeds only empty collections: a second start loads nothing', async () => {
        expect(await store.emptyCollections()).toEqual([]);
        expect(await seedCatalogue(store, DATA)).toEqual({});
      });

      it('holds the small collections as the files have them', async () => {
        const file = async (name: string) => JSON.parse(await readFile(path.join(DATA, `${name}.json`), 'utf8'));
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
        expect([...(await catalogue.stations())].sort(byId)).toEqual((await file('subway_stations')).sort(byId));
        expect(await catalogue.squareCoeffs()).toEqual(await file('square_coeffs'));
        expect(await catalogue.wayToSubwayCoeffs()).toEqual(await file('way_to_subway_coeffs'));
        const { phrases } = await catalogue.phrases();
        const stored = ((await file('messages')) as Phrase[]).map((phrase) => ({
          ...phrase,
          buttons: phrase.buttons ?? [],
        }));
        const byKey = (a: Phrase, b: Phrase) => (a.key < b.key ? -1 : 1);
        expect([...phrases].sort(byKey)).toEqual(stored.sort(byKey));
      });

      it('gives lots in the order they are asked for, without those that do not exist', async () => {
        const ids = [estates[7]!.lots[1]!.id, 'nobody', estates[0]!.lots[0]!.id];
        const hits = await catalogue.lots(ids);
        expect(hits.map(({ lot }) => lot.id)).toEqual([ids[0], ids[2]]);
        const { lots: _lots, ...facts } = estates[7]!;
        expect(hits[0]).toMatchObject({ lot: estates[7]!.lots[1], estate: facts });
        expect(await catalogue.lot('nobody')).toBeNull();
      });

      it('becomes the snapshot that the records themselves make', async () => {
        const builder = new SnapshotBuilder();
        builder.add(estates);
        const { snapshot } = await AnalogIndex.open(catalogue);
        expect(snapshot.version).toBe((await builder.build()).version);
      });
    });

    describe('search', () => {
      const cases: SearchCriteria[] = [
        { deal: 'rent', kind: 'office', areaMin: 80, areaMax: 200, budgetMax: 1_500_000 },
        { deal: 'sale', kind: 'retail', classes: ['A', 'B+'], districts: ['ЦАО'] },
        { deal: 'rent', kind: 'office', stations: ['Павелецкая', 'Белорусская'], fitOut: 'ready' },
        { deal: 'sale', kind: 'office', readiness: 'ready', stations: ['Тверская'], districts: ['САО'] },
      ];
      it.each(cases)('finds what a scan of the records finds: %o', async (criteria) => {
        const expected = estates
          .flatMap((estate) => estate.lots.filter((_, index) => matches(estate, index, criteria)).map(({ id }) => id))
          .sort();
        expect(expected.length).toBeGreaterThan(0);
        const { total } = await catalogue.search({ criteria, limit: 1 });
        const { hits } = await catalogue.search({ criteria, limit: 100 });
        expect(total).toBe(expected.length);
        if (total <= 100) expect(hits.map(({ lot }) => lot.id).sort()).toEqual(expected);
        expect(hits.map((hit) => hit.total)).toEqual([...hits.map((hit) => hit.total)].sort((a, b) => a - b));
      });

      it('compares budgets to the kopeck, a month against a year and a total against ₽/m²', async () => {
        const { hits } = await catalogue.search({ criteria: { deal: 'rent', kind: 'office' }, limit: 1 });
        const { lot, total } = hits[0]!;
        const count = async (criteria: Partial<SearchCriteria>) =>
          (await catalogue.search({ criteria: { deal: 'rent', kind: 'office', ...criteria }, limit: 1 })).total;
        expect(await count({ budgetMax: total })).toBe(1);
        expect(await count({ budgetMax: total - 0.01 })).toBe(0);
        const year = Math.round(lot.price * lot.area * 100) / 100;
        expect(await count({ budgetMax: year, budgetPeriod: 'year' })).toBe(1);
        expect(await count({ budgetMax: year - 0.01, budgetPeriod: 'year' })).toBe(0);
        const perYear = await count({ budgetMax: 24_000, budgetPer: 'sqm' });
        expect(perYear).toBeGreaterThan(0);
        expect(await count({ budgetMax: 2_000, budgetPer: 'sqm', budgetPeriod: 'month' })).toBe(perYear);
      });

      it('offers up to three relaxations, each with the count a search by it finds', async () => {
        const criteria: SearchCriteria = {
          deal: 'rent',
          kind: 'office',
          stations: ['Павелецкая'],
          areaMin: 90,
          areaMax: 110,
          budgetMax: 90_000,
        };
        const result = await catalogue.search({ criteria, limit: 5 });
        expect(result.total).toBe(0);
        expect(result.relaxations.length).toBeGreaterThan(0);
        expect(result.relaxations.length).toBeLessThanOrEqual(3);
        for (const relaxation of result.relaxations) {
          expect(relaxation.count).toBeGreaterThan(0);
          expect((await catalogue.search({ criteria: relaxation.criteria, limit: 1 })).total).toBe(relaxation.count);
        }
      });

      it('accepts a station with a typo and refuses an unknown one with the closest names', async () => {
        const search = (station: string) =>
          catalogue.search({ criteria: { deal: 'rent', kind: 'office', stations: [station] }, limit: 1 });
        expect((await search('м. Павелецкя')).total).toBe((await search('Павелецкая')).total);
        await expect(search('Бирюлёвская')).rejects.toMatchObject({ code: 'UNKNOWN_STATION' });
      });

      it.each([
        [{ criteria: { deal: 'rent', kind: 'castle' }, limit: 1 }, 'criteria.kind'],
        [{ criteria: { deal: 'rent', kind: 'office', areaMin: Number.NaN }, limit: 1 }, 'criteria.areaMin'],
        [{ criteria: { deal: 'rent', kind: 'office' }, limit: 1_000 }, 'limit'],
        [{ criteria: { deal: 'rent', kind: 'office', readiness: "' or 1=1" }, limit: 1 }, 'criteria.readiness'],
      ])('refuses %o naming the field', async (request, field) => {
        await expect(catalogue.search(request as unknown as SearchRequest)).rejects.toMatchObject({
          code: 'INVALID_REQUEST',
          details: { field },
        });
      });
    });

    describe('changes', () => {
      it('reports what an import writes, page by page, and then nothing', async () => {
        const before = await catalogue.cursor();
        const changed = estates.slice(0, 25).map((estate) => ({ ...estate, floors: estate.floors + 1 }));
        await withFiles({ 'estates.jsonl': lines(changed) }, (directory) => importCatalogue(store, directory));
        const told: Estate[] = [];
        let cursor = before;
        let pages = 0;
        for (let more = true; more; pages++) {
          const page = await catalogue.changes(cursor, { limit: 10 });
          told.push(...page.estates);
          ({ cursor, more } = page);
        }
        expect(pages).toBeGreaterThanOrEqual(3);
        expect(new Set(told.map(({ id }) => id))).toEqual(new Set(changed.map(({ id }) => id)));
        expect(told.find(({ id }) => id === 'e000001')).toEqual(changed[0]);
        expect((await catalogue.changes(cursor)).estates).toEqual([]);
        await importCatalogue(store, DATA);
      });

      it('reports a building edited in the database', async () => {
        const cursor = await catalogue.cursor();
        await renameEstate('e000003', 'Переименован');
        const after = await catalogue.changes(cursor);
        expect(after.estates.map(({ id, name }) => ({ id, name }))).toEqual([{ id: 'e000003', name: 'Переименован' }]);
        expect((await catalogue.changes(after.cursor)).estates).toEqual([]);
        await importCatalogue(store, DATA);
        expect((await catalogue.lots([estates[2]!.lots[0]!.id]))[0]!.estate.name).toBe(estates[2]!.name);
      });

      it('notices a phrase edited in the database', async () => {
        const { phrases, updatedAt } = await catalogue.phrases();
        expect(await catalogue.phrasesUpdatedAt()).toBe(updatedAt);
        await editPhrase(phrases[0]!.key, 'Другой текст');
        expect(await catalogue.phrasesUpdatedAt()).not.toBe(updatedAt);
        const edited = await catalogue.phrases();
        expect(edited.phrases.find(({ key }) => key === phrases[0]!.key)?.text).toBe('Другой текст');
        await importCatalogue(store, DATA, { collections: ['messages'] });
      });
    });

    describe('import', () => {
      async function withCopy(change: (directory: string) => Promise<void>): Promise<unknown> {
        const directory = await mkdtemp(path.join(tmpdir(), 'import-'));
        try {
          for (const file of COLLECTION_FILES) await cp(path.join(DATA, file), path.join(directory, file));
          await change(directory);
          return await importCatalogue(store, directory).catch((error: unknown) => error);
        } finally {
          await rm(directory, { recursive: true, force: true });
        }
      }

      it('changes nothing the second time', async () => {
        await importCatalogue(store, DATA);
        const cursor = await catalogue.cursor();
        await importCatalogue(store, DATA);
        expect((await catalogue.changes(cursor)).estates).toEqual([]);
      });

      it('names file, line and field of every bad row and loads nothing', async () => {
        const before = await catalogue.estateCount();
        const refused = await withCopy(async (directory) => {
          const broken = estates
            .slice(0, 4)
            .map((estate, index) => ({ ...estate, id: `new-${index}`, lots: [] as unknown[] }));
          broken[1]!.kind = 'castle' as never;
          broken[2]!.lots = [{ ...estates[0]!.lots[0]!, id: 'x', area: -5 }];
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
        expect(await catalogue.estateCount()).toBe(before);
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
        await importCatalogue(store, DATA);
      });

      it('refuses a lot that another building has', async () => {
        const refused = await withCopy((directory) =>
          writeFile(path.join(directory, 'estates.jsonl'), JSON.stringify({ ...estates[0]!, id: 'thief' })),
        );
        expect(refused).toMatchObject({
          code: 'INVALID_CATALOGUE',
          message: expect.stringContaining('belongs to e000001'),
        });
      });
    });

    describe('services', () => {
      it('values by coefficients and by analogs, with at most two lots of a building', async () => {
        const { snapshot } = await AnalogIndex.open(catalogue);
        const result = await runValuation(
          { catalogue, snapshot },
          { kind: 'office', deal: 'rent', class: 'B', station: 'Павелецкая', walkMeters: 400, area: 120 },
        );
        expect(result.snapshotVersion).toBe(snapshot.version);
        if ('refused' in result.byAnalogs) throw new Error(result.byAnalogs.refused);
        const { low, pricePerM2, high, analogs } = result.byAnalogs;
        expect(low).toBeLessThanOrEqual(pricePerM2);
        expect(pricePerM2).toBeLessThanOrEqual(high);
        const buildings = analogs.map(({ lotId }) => lotId.split('-')[0]!);
        for (const building of buildings)
          expect(buildings.filter((other) => other === building).length).toBeLessThanOrEqual(2);
        for (const analog of analogs) {
          const product = Object.values(analog.adjustments).reduce(
            (value, factor) => value * factor,
            analog.pricePerM2,
          );
          expect(analog.adjusted).toBeCloseTo(product, 2);
        }
      });

      it('gives no figure below three analogs, and the reason', async () => {
        const { snapshot } = await AnalogIndex.open(catalogue);
        const { byAnalogs } = await runValuation(
          { catalogue, snapshot },
          { kind: 'retail', deal: 'sale', class: 'A', station: 'Физтех', walkMeters: 400, area: 90_000 },
        );
        expect(byAnalogs).toEqual({ refused: expect.stringContaining('нужно не меньше 3') });
      });

      it('says in Russian what is alike and what differs', async () => {
        const { snapshot } = await AnalogIndex.open(catalogue);
        const { items, total } = await runAnalogs(
          { catalogue, snapshot },
          {
            deal: 'rent',
            kind: 'office',
            k: 5,
            subject: { station: 'Тверская', area: 100, class: 'A', walkMeters: 300 },
          },
        );
        expect(items).toHaveLength(5);
        expect(total).toBeGreaterThan(100);
        expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => a - b));
        for (const item of items) {
          expect(item.same.length + item.differs.length).toBe(4);
          expect(item.lot.estate.class === 'A').toBe(item.same.includes('тот же класс A'));
        }
      });
    });
  });
}
