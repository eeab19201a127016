import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { importCatalogue } from '../../importer/import-catalogue.js';
import type { Estate } from '../../types.js';
import type { CatalogueChanges } from '../catalogue.js';
import { type CatalogueSubject, DATA, lines, withFiles } from './subject.contract.js';

const PATIENCE_MS = 30_000;

/** The first changes after the cursor: an older transaction that still writes, be it in another suite's database, holds them back. */
async function firstChanges(
  { catalogue }: CatalogueSubject,
  cursor: string,
  options?: { limit: number },
): Promise<CatalogueChanges> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await pause(50)) {
    const page = await catalogue.changes(cursor, options);
    if (page.estates.length > 0 || Date.now() > deadline) return page;
  }
}

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
        const options = { limit: 10 };
        const page = await (pages === 0
          ? firstChanges(subject, cursor, options)
          : subject.catalogue.changes(cursor, options));
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
      const after = await firstChanges(subject, cursor);
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
