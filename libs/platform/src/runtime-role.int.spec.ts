import { createHmac, randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { createPool } from './database.js';
import { migrate, missingMigrations } from './migrations.js';
import { grantRuntimeRole, openRuntimeAddress } from './runtime-role.js';
import { scramVerifier } from './scram-verifier.js';

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
    expect(await missingMigrations(runtime)).toEqual([]);
    const { rows } = await database.pool.query<{ id: string; checksum: string }>(
      `delete from schema_migrations where id = (select max(id) from schema_migrations) returning id, checksum`,
    );
    expect(await missingMigrations(runtime)).toEqual([rows[0]?.id]);
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

  it('logs in with the password of the address, whatever it had before, and keeps one that is taken', async () => {
    const verifier = async () =>
      (
        await database.pool.query<{ kept: string }>('select rolpassword as kept from pg_authid where rolname = $1', [
          role,
        ])
      ).rows[0]?.kept;
    const address = new URL(database.url);
    address.username = role;
    address.password = "new%20password'!";
    expect(await openRuntimeAddress(database.pool, address.href)).toBe(role);
    const set = await verifier();
    expect(set).toMatch(/^SCRAM-SHA-256\$4096:/);
    expect(await openRuntimeAddress(database.pool, address.href)).toBe(role);
    expect(await verifier()).toBe(set);
    const client = new pg.Client({ connectionString: address.href });
    await client.connect();
    expect((await client.query('select current_user as name')).rows).toEqual([{ name: role }]);
    await client.end();
    address.password = '';
    await expect(openRuntimeAddress(database.pool, address.href)).rejects.toThrow(/must name a role and its password/);
    address.password = 'x';
    address.pathname = '/postgres';
    await expect(openRuntimeAddress(database.pool, address.href)).rejects.toThrow(/the database of DATABASE_URL/);
  });
});

describe('scramVerifier', () => {
  it('is what RFC 7677 works out for its example', () => {
    // The exchange of RFC 7677, section 3: its server signature is made with the server key of this verifier.
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    const [, stored = '', server = ''] = /\$([^:$]+):([^:]+)$/.exec(verifier) ?? [];
    const exchange =
      'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const signature = createHmac('sha256', Buffer.from(server, 'base64')).update(exchange).digest('base64');
    expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    expect(Buffer.from(stored, 'base64')).toHaveLength(32);
    expect(() => scramVerifier('пароль')).toThrow(RangeError);
  });
});
