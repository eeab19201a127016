import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AnalogIndex } from '../../analogs/analog-index.js';
import { SnapshotBuilder } from '../../analogs/analog-snapshot.js';
import { seedCatalogue } from '../../importer/import-catalogue.js';
import type { Estate, Phrase } from '../../types.js';
import { type CatalogueSubject, DATA } from './subject.contract.js';

/** What was imported comes back as it was. */
export function describeDemoCatalogue(subject: CatalogueSubject): void {
  describe('the demo catalogue', () => {
    it('comes back as it was imported, in byte order, whatever the batch', async () => {
      for (const batchSize of [70, 10_000]) {
        const read: Estate[] = [];
        for await (const batch of subject.catalogue.streamEstates({ batchSize })) {
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          read.push(...batch);
        }
        expect(read).toEqual(subject.estates);
      }
      expect(await subject.catalogue.estateCount()).toBe(subject.estates.length);
    });

    it('seeds only empty collections: a second start loads nothing', async () => {
      expect(await subject.store.emptyCollections()).toEqual([]);
      expect(await seedCatalogue(subject.store, DATA)).toEqual({});
    });

    it('holds the small collections as the files have them', async () => {
      const file = async (name: string) => JSON.parse(await readFile(path.join(DATA, `${name}.json`), 'utf8'));
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([...(await subject.catalogue.stations())].sort(byId)).toEqual((await file('subway_stations')).sort(byId));
      expect(await subject.catalogue.squareCoeffs()).toEqual(await file('square_coeffs'));
      expect(await subject.catalogue.wayToSubwayCoeffs()).toEqual(await file('way_to_subway_coeffs'));
      const { phrases } = await subject.catalogue.phrases();
      const stored = ((await file('messages')) as Phrase[]).map((phrase) => ({
        ...phrase,
        buttons: phrase.buttons ?? [],
      }));
      const byKey = (a: Phrase, b: Phrase) => (a.key < b.key ? -1 : 1);
      expect([...phrases].sort(byKey)).toEqual(stored.sort(byKey));
    });

    it('gives lots in the order they are asked for, without those that do not exist', async () => {
      const ids = [subject.estates[7]!.lots[1]!.id, 'nobody', subject.estates[0]!.lots[0]!.id];
      const hits = await subject.catalogue.lots(ids);
      expect(hits.map(({ lot }) => lot.id)).toEqual([ids[0], ids[2]]);
      const { lots: _lots, ...facts } = subject.estates[7]!;
      expect(hits[0]).toMatchObject({ lot: subject.estates[7]!.lots[1], estate: facts });
      expect(await subject.catalogue.lot('nobody')).toBeNull();
    });

    it('becomes the snapshot that the records themselves make', async () => {
      const builder = new SnapshotBuilder();
      builder.add(subject.estates);
      const { snapshot } = await AnalogIndex.open(subject.catalogue);
      expect(snapshot.version).toBe((await builder.build()).version);
    });
  });
}
