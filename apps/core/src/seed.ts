import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { type CatalogueStore, type Phrase, seedCatalogue } from '#libs/estates';
import { seedDocuments } from '#libs/knowledge';
import type { Logger } from '#libs/platform';

/**
 * Gives a new database what the bot cannot speak without: a catalogue with phrases when there is none (a catalogue that
 * was imported stays as it is), phrases a newer version has and the stored book lacks, and the documents of `<directory>/knowledge`. Idempotent. Throws when the data is not valid.
 */
export async function seed(store: CatalogueStore, pool: pg.Pool, logger: Logger, directory: string): Promise<void> {
  const summary = await seedCatalogue(store, directory);
  if (Object.keys(summary).length > 0) logger.info('the demo catalogue was loaded');
  const added = await addMissingPhrases(store, directory);
  if (added.length > 0) logger.info({ keys: added }, 'phrases of the new version were added');
  const report = await seedDocuments(pool, path.join(directory, 'knowledge'));
  if (report && report.added + report.updated + report.removed > 0)
    logger.info({ ...report }, 'the knowledge was loaded');
}

/** Phrases that are stored stay as they were edited. Returns the keys that were added. */
async function addMissingPhrases(store: CatalogueStore, directory: string): Promise<string[]> {
  const file = path.join(directory, 'messages.json');
  if (!existsSync(file)) return [];
  const { phrases } = await store.catalogue.phrases();
  const known = new Set(phrases.map(({ key }) => key));
  const missing = (JSON.parse(readFileSync(file, 'utf8')) as Phrase[]).filter(({ key }) => !known.has(key));
  if (missing.length > 0) await store.importing((writer) => writer.messages(missing));
  return missing.map(({ key }) => key);
}
