import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { withTransaction } from './database.js';
import { type Migration, migrate, readMigrations } from './migrations.js';

const file = (id: string, sql: string): Migration => ({ id, sql, checksum: `sum of ${sql}` });

describe(migrate.name, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
  });
  afterAll(() => database.drop());

  it('applies every file of the product to an empty database, once, from several processes at once', async () => {
    const all = readMigrations().map((migration) => migration.id);
    expect(all.length).toBeGreaterThan(0);
    const runs = await Promise.all([migrate(database.pool), migrate(database.pool), migrate(database.pool)]);
    expect(runs.flat()).toEqual(all);
    expect(await migrate(database.pool)).toEqual([]);
  });

  it('leaves nothing of a file that fails and names it', async () => {
    const broken = [
      file('9001_good.sql', 'create table good (v int)'),
      file('9002_bad.sql', 'create table half (v int); select nothing_like_this()'),
    ];
    await expect(migrate(database.pool, broken)).rejects.toThrow(/9002_bad\.sql failed/);
    const { rows } = await database.pool.query(
      `select to_regclass('good') is not null as good, to_regclass('half') as half`,
    );
    expect(rows).toEqual([{ good: true, half: null }]);
  });

  it('refuses a file that was changed after it had been applied', async () => {
    await expect(migrate(database.pool, [file('9001_good.sql', 'create table good (v text)')])).rejects.toThrow(
      /9001_good\.sql was changed/,
    );
  });

  it('refuses two files with one number', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'wewall-migrations-'));
    for (const [lib, name] of [
      ['a', '0001_x.sql'],
      ['b', '0001_y.sql'],
    ] as const) {
      mkdirSync(path.join(directory, lib, 'migrations'), { recursive: true });
      writeFileSync(path.join(directory, lib, 'migrations', name), 'select 1');
    }
    expect(() => readMigrations(directory)).toThrow(/share a number/);
    rmSync(directory, { recursive: true, force: true });
  });
});

describe(withTransaction.name, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'), { max: 1 });
    await database.pool.query('create table t (v int)');
  });
  afterAll(() => database.drop());

  it('commits what succeeds and rolls back what throws', async () => {
    await withTransaction(database.pool, (client) => client.query('insert into t values (1)'));
    const failed = withTransaction(database.pool, async (client) => {
      await client.query('insert into t values (2)');
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect((await database.pool.query('select v from t')).rows).toEqual([{ v: 1 }]);
  });

  it('throws a connection away that was cut in the middle', async () => {
    const cut = withTransaction(database.pool, async (client) => {
      client.on('error', () => {});
      await client.query('select pg_terminate_backend(pg_backend_pid())');
    });
    await expect(cut).rejects.toThrow();
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
