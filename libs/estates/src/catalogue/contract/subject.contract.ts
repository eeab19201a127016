import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Estate } from '../../types.js';
import type { Catalogue } from '../catalogue.js';
import type { CatalogueStore } from '../catalogue-store.js';

/** The demo data of the repository. */
export const DATA = path.resolve(import.meta.dirname, '../../../../../data');

/** A store over an empty database, and the two edits an operator makes past the importer. */
export interface StoreUnderTest {
  store: CatalogueStore;
  /** Renames a building as an operator would in the database. */
  renameEstate(id: string, name: string): Promise<void>;
  /** Changes a phrase as an operator would in the database. */
  editPhrase(key: string, text: string): Promise<void>;
  close(): Promise<void>;
}
/** The store with the demo catalogue in it, as every part of the contract finds it and leaves it. */
export interface CatalogueSubject extends StoreUnderTest {
  catalogue: Catalogue;
  /** The buildings of the demo data. */
  estates: Estate[];
}

/** One record a line. */
export const lines = (records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

/** Runs the work over a directory that holds just the given files. */
export async function withFiles<T>(files: Record<string, string>, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), 'import-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
