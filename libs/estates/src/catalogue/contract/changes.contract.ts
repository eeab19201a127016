import { describe, expect, it } from 'vitest';
import { importCatalogue } from '../../importer/import-catalogue.js';
import type { Estate } from '../../types.js';
import { type CatalogueSubject, DATA, lines, withFiles } from './subject.contract.js';

/** What a reader is told of imports and edits. */
export function describeChanges(subject: CatalogueSubject): void {
  describe('changes', () => {
    it('reports what an import writes, page by page, and then nothing', async () => {
      const before = await subject.catalogue.cursor();
      const changed = subject.estates.slice(0, 25).map((estate) => ({ ...estate, floors: estate.floors + 1 }));
      await withFiles({ 'estates.jsonl': lines(changed) }, (directory) => importCatalogue(subject.store, directory));
      const told: Estate[] = [];
      let cursor = before;
      let pages = 0;
      for (let more = true; more; pages++) {
        const page = await subject.catalogue.changes(cursor, { limit: 10 });
        told.push(...page.estates);
        ({ cursor, more } = page);
      }
      expect(pages).toBeGreaterThanOrEqual(3);
      expect(new Set(told.map(({ id }) => id))).toEqual(new Set(changed.map(({ id }) => id)));
      expect(told.find(({ id }) => id === 'e000001')).toEqual(changed[0]);
      expect((await subject.catalogue.changes(cursor)).estates).toEqual([]);
      await importCatalogue(subject.store, DATA);
    });

    it('reports a building edited in the database', async () => {
      const cursor = await subject.catalogue.cursor();
      await subject.renameEstate('e000003', 'Переименован');
      const after = await subject.catalogue.changes(cursor);
      expect(after.estates.map(({ id, name }) => ({ id, name }))).toEqual([{ id: 'e000003', name: 'Переименован' }]);
      expect((await subject.catalogue.changes(after.cursor)).estates).toEqual([]);
      await importCatalogue(subject.store, DATA);
      expect((await subject.catalogue.lots([subject.estates[2]!.lots[0]!.id]))[0]!.estate.name).toBe(
        subject.estates[2]!.name,
      );
    });

    it('notices a phrase edited in the database', async () => {
      const { phrases, updatedAt } = await subject.catalogue.phrases();
      expect(await subject.catalogue.phrasesUpdatedAt()).toBe(updatedAt);
      await subject.editPhrase(phrases[0]!.key, 'Другой текст');
      expect(await subject.catalogue.phrasesUpdatedAt()).not.toBe(updatedAt);
      const edited = await subject.catalogue.phrases();
      expect(edited.phrases.find(({ key }) => key === phrases[0]!.key)?.text).toBe('Другой текст');
      await importCatalogue(subject.store, DATA, { collections: ['messages'] });
    });
  });
}
