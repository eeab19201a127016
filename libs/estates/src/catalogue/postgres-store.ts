import type pg from 'pg';
import { withTransaction } from '#libs/platform';
import { PostgresWriter } from '../importer/postgres-writer.js';
import { COLLECTIONS, type Collection } from './catalogue.js';
import type { CatalogueStore, CatalogueWriter } from './catalogue-store.js';
import { PostgresCatalogue } from './postgres-catalogue.js';

/** Any constant: two imports at once would only deadlock or waste work. */
const IMPORT_LOCK = 7_266_201;

/** The catalogue in PostgreSQL. The pool stays the caller's: nothing here closes it. An import is one transaction. */
export class PostgresStore implements CatalogueStore {
  readonly name = 'postgres';
  readonly catalogue: PostgresCatalogue;

  constructor(private readonly pool: pg.Pool) {
    this.catalogue = new PostgresCatalogue(pool);
  }

  async emptyCollections(): Promise<Collection[]> {
    const { rows } = await this.pool.query<{ collection: Collection }>(
      COLLECTIONS.map((name) => `select '${name}' as collection where not exists (select from ${name})`).join(
        ' union all ',
      ),
    );
    return rows.map(({ collection }) => collection);
  }

  importing<T>(work: (writer: CatalogueWriter) => Promise<T>): Promise<T> {
    return withTransaction(this.pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
      return work(new PostgresWriter(client));
    });
  }

  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {}
}
