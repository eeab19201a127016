import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { seedCatalogue } from '../importer/import-catalogue.js';
import { describeCatalogue } from './catalogue.contract.js';
import { DATA } from './contract/subject.contract.js';
import { PostgresStore } from './postgres-store.js';

describeCatalogue('PostgreSQL', async () => {
  const database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  return {
    store: new PostgresStore(database.pool),
    renameEstate: async (id, name) => {
      await database.pool.query('update estates set name = $2, revision = pg_current_xact_id() where id = $1', [
        id,
        name,
      ]);
    },
    editPhrase: async (key, text) => {
      await database.pool.query('update messages set text = $2 where key = $1', [key, text]);
    },
    close: () => database.drop(),
  };
});

describe('changes in PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    await seedCatalogue(new PostgresStore(database.pool), DATA);
  });

  afterAll(() => database.drop());

  it('reports a building written by a transaction that was open at the previous read', async () => {
    const { catalogue } = new PostgresStore(database.pool);
    const late = await database.pool.connect();
    await late.query('begin');
    await late.query(`update estates set name = name || '!', revision = pg_current_xact_id() where id = 'e000001'`);
    const cursor = await catalogue.cursor();
    await database.pool.query(
      `update estates set name = name || '!', revision = pg_current_xact_id() where id = 'e000002'`,
    );
    const during = await catalogue.changes(cursor);
    await late.query('commit');
    late.release();
    const told = new Set(during.estates.map(({ id }) => id));
    let { cursor: read } = during;
    // Transactions of other suites in the same server hold changes back as this one did.
    const readOn = async () => {
      const page = await catalogue.changes(read);
      for (const { id } of page.estates) told.add(id);
      read = page.cursor;
      return [...told].sort();
    };
    await expect.poll(readOn, { timeout: 30_000, interval: 50 }).toEqual(['e000001', 'e000002']);
    expect((await catalogue.changes(read)).estates).toEqual([]);
  });
});
