import path from 'node:path';
import type pg from 'pg';
import { PostgresStore, seedCatalogue } from '#libs/estates';
import { seedDocuments } from '#libs/knowledge';
import type { Logger } from '#libs/platform';

/**
 * Gives a new database what the bot cannot speak without: a catalogue with phrases when there is none (a catalogue that
 * was imported stays as it is) and the documents of `<directory>/knowledge`. Idempotent. Throws when the data is not valid.
 */
export async function seed(pool: pg.Pool, logger: Logger, directory: string): Promise<void> {
  const summary = await seedCatalogue(new PostgresStore(pool), directory);
  if (Object.keys(summary).length > 0) logger.info('the demo catalogue was loaded');
  const report = await seedDocuments(pool, path.join(directory, 'knowledge'));
  if (report && report.added + report.updated + report.removed > 0)
    logger.info({ ...report }, 'the knowledge was loaded');
}
