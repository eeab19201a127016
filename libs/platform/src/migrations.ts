import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

/** Key of the advisory lock under which migrations run: any constant, the same in every process. */
const MIGRATION_LOCK = 7_266_001;

/** PostgreSQL's code for a role that may not do this. */
const INSUFFICIENT_PRIVILEGE = '42501';

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

/** Checksums of what was applied, by id. */
async function appliedTo(client: pg.PoolClient): Promise<Map<string, string>> {
  const { rows: ledger } = await client.query<{ known: boolean }>(
    `select to_regclass('schema_migrations') is not null as known`,
  );
  if (!ledger[0]?.known) return new Map();
  const { rows } = await client.query<{ id: string; checksum: string }>('select id, checksum from schema_migrations');
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

/** What is still to be applied. Throws when an applied file was edited. */
function missingOf(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  return migrations.filter(({ id, checksum }) => {
    const known = applied.get(id);
    if (known !== undefined && known !== checksum) {
      throw new Error(`migration ${id} was changed after it had been applied; restore it and add a new file`);
    }
    return known === undefined;
  });
}

/** Ids of the migrations that are still to be applied, in order; changes nothing. Throws when an applied file was edited. */
export async function missingMigrations(pool: pg.Pool, migrations = readMigrations()): Promise<string[]> {
  const client = await pool.connect();
  try {
    return missingOf(migrations, await appliedTo(client)).map(({ id }) => id);
  } finally {
    client.release();
  }
}

async function createLedger(client: pg.PoolClient, migrations: readonly Migration[]): Promise<void> {
  try {
    await client.query(
      `create table if not exists schema_migrations (id text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    const ids = missingOf(migrations, await appliedTo(client)).map(({ id }) => id);
    throw new Error(
      `migrations are missing (${ids.join(', ')}): run npm run migrate as the owner of the tables, this role may not`,
      { cause: error },
    );
  }
}

/**
 * Brings the database up to date: applies what is missing, each file in its own transaction, under an advisory lock so
 * that several processes may start at once. Idempotent. Returns the ids applied now.
 * Throws when an applied file was edited afterwards: write a new one instead.
 */
export async function migrate(pool: pg.Pool, migrations = readMigrations()): Promise<string[]> {
  const client = await pool.connect();
  let isLocked = false;
  try {
    // A role that may not create tables runs the processes: when nothing is missing nothing is asked of it.
    if (missingOf(migrations, await appliedTo(client)).length === 0) return [];
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    isLocked = true;
    await createLedger(client, migrations);
    const done: string[] = [];
    for (const migration of missingOf(migrations, await appliedTo(client))) {
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
    if (isLocked) await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    client.release();
  }
}
