import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createPool } from './database.js';
import { migrate } from './migrations.js';
import { grantRuntimeRole } from './runtime-role.js';

describe('the runtime role', () => {
  const role = `runtime_${randomBytes(4).toString('hex')}`;
  let database: TestDatabase;
  let runtime: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    expect(await grantRuntimeRole(database.pool, role)).toEqual({ created: true });
    await database.pool.query(`alter role ${role} password 'runtime'`);
    const url = new URL(database.url);
    url.username = role;
    url.password = 'runtime';
    runtime = createPool({ url: url.href });
    // Migrations of a later version: the role is granted what the owner creates.
    await database.pool.query('create table created_later (id bigserial primary key, note text)');
  });
  afterAll(async () => {
    await runtime.end();
    await database.pool.query(`drop owned by ${role}`);
    await database.pool.query(`drop role ${role}`);
    await database.drop();
  });

  it('reads and writes rows of every table, old and new', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const { name } of rows) await runtime.query(`select * from ${pg.escapeIdentifier(name)} limit 1`);
    await runtime.query(`insert into uploads (id, owner, file) values ('u', 'o', '{}')`);
    await runtime.query(`insert into created_later (note) values ('x')`);
    await runtime.query(`update uploads set owner = 'p' where id = 'u'`);
    expect((await runtime.query(`delete from uploads where id = 'u'`)).rowCount).toBe(1);
    await runtime.query('create temp table scratch (id int)');
  });

  it.each([
    'create table own (id int)',
    'drop table uploads',
    'truncate uploads',
    'alter table uploads add column note text',
    'create index on uploads (owner)',
    'drop index uploads_created',
    'create function own() returns int language sql as $$ select 1 $$',
    'create schema own',
    'drop trigger webhook_message on transcript',
    `insert into schema_migrations (id, checksum) values ('9999_own.sql', '')`,
    'delete from schema_migrations',
    'create role other',
  ])('may not: %s', async (statement) => {
    await expect(runtime.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('finds the database up to date without changing it, and says what to do when it is not', async () => {
    expect(await migrate(runtime)).toEqual([]);
    const { rows } = await database.pool.query<{ id: string; checksum: string }>(
      `delete from schema_migrations where id = (select max(id) from schema_migrations) returning id, checksum`,
    );
    await expect(migrate(runtime)).rejects.toThrow(
      `migrations are missing (${rows[0]?.id}): run npm run migrate as the owner of the tables`,
    );
    await database.pool.query('insert into schema_migrations (id, checksum) values ($1, $2)', [
      rows[0]?.id,
      rows[0]?.checksum,
    ]);
  });

  it('is granted any number of times, to nobody who could do more', async () => {
    expect(await grantRuntimeRole(database.pool, role)).toEqual({ created: false });
    await expect(grantRuntimeRole(database.pool, 'a"; drop')).rejects.toThrow(RangeError);
    await expect(grantRuntimeRole(database.pool, new URL(database.url).username)).rejects.toThrow(RangeError);
  });
});
