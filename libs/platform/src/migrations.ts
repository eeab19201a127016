import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

/** Key of the advisory lock under which migrations run: any constant, the same in every process. */
const MIGRATION_LOCK = 7_266_001;

export interface Migration {
  /** File name, e.g. `0101_chats.sql`; unique over all libs, applied in this order. */
  id: string;
  sql: string;
  checksum: string;
}

/** Reads `libs/<lib>/migrations/*.sql` next to this lib, in the sources as in dist/. Throws when two files share a number. */
export function readMigrations(libsDirectory = path.resolve(import.meta.dirname, '..', '..')): Migration[] {
  const migrations: Migration[] = [];
  for (const lib of readdirSync(libsDirectory)) {
    const directory = path.join(libsDirectory, lib, 'migrations');
    if (!existsSync(directory)) continue;
    for (const id of readdirSync(directory).filter((file) => file.endsWith('.sql'))) {
      const sql = readFileSync(path.join(directory, id), 'utf8');
      migrations.push({ id, sql, checksum: createHash('sha256').update(sql).digest('hex') });
    }
  }
  migrations.sort((a, b) => (a.id < b.id ? -1 : 1));
  migrations.forEach((migration, index) => {
    const previous = migrations[index - 1];
    if (previous && previous.id.slice(0, 4) === migration.id.slice(0, 4)) {
      throw new Error(`migrations ${previous.id} and ${migration.id} share a number; renumber the newer one`);
    }
  });
  return migrations;
}

/**
 * Brings the database up to date: applies what is missing, each file in its own transaction, under an advisory lock so
 * that several processes may start at once. Idempotent. Returns the ids applied now.
 * Throws when an applied file was edited afterwards: write a new one instead.
 */
export async function migrate(pool: pg.Pool, migrations = readMigrations()): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      `create table if not exists schema_migrations (id text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ id: string; checksum: string }>('select id, checksum from schema_migrations');
    const applied = new Map(rows.map((row) => [row.id, row.checksum]));
    const done: string[] = [];
    for (const migration of migrations) {
      const checksum = applied.get(migration.id);
      if (checksum === migration.checksum) continue;
      if (checksum !== undefined) {
        throw new Error(
          `migration ${migration.id} was changed after it had been applied; restore it and add a new file`,
        );
      }
      await client.query('begin');
      try {
        await client.query(migration.sql);
        await client.query('insert into schema_migrations (id, checksum) values ($1, $2)', [
          migration.id,
          migration.checksum,
        ]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw new Error(`migration ${migration.id} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
      done.push(migration.id);
    }
    return done;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    client.release();
  }
}
