import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { seedCatalogue } from '../importer/import-catalogue.js';
import type { Estate } from '../types.js';
import { describeChanges } from './contract/changes.contract.js';
import { describeDemoCatalogue } from './contract/demo.contract.js';
import { describeImport } from './contract/import.contract.js';
import { describeSearch } from './contract/search.contract.js';
import { describeServices } from './contract/services.contract.js';
import { type CatalogueSubject, DATA, type StoreUnderTest } from './contract/subject.contract.js';

/** What every store of a catalogue has to do: the same imports, the same answers, the same order. */
export function describeCatalogue(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`catalogue in ${name}`, () => {
    // Filled before the first test: the parts of the contract are declared before there is a store.
    const subject = {} as CatalogueSubject;

    beforeAll(async () => {
      const opened = await open();
      await seedCatalogue(opened.store, DATA);
      const estates = (await readFile(path.join(DATA, 'estates.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Estate);
      Object.assign(subject, { ...opened, catalogue: opened.store.catalogue, estates });
    });

    afterAll(() => subject.close());

    describeDemoCatalogue(subject);
    describeSearch(subject);
    describeChanges(subject);
    describeImport(subject);
    describeServices(subject);
  });
}
