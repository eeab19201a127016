import pg from 'pg';

/** Schemas the product's tables lie in; BullMQ's exists only when queues live in PostgreSQL. */
const SCHEMAS = ['public', 'bullmq'];

/**
 * Lets a role do what the processes need and nothing else: read and write rows, use sequences, temporary tables. It owns
 * nothing, so it cannot create, change, empty or drop a table, and it cannot rewrite which migrations were applied. Tables
 * that the caller creates later are included. Creates the role when there is none (with LOGIN and without a password: set
 * one with `\password`). Call it as the owner, after the migrations; any number of times.
 */
export async function grantRuntimeRole(pool: pg.Pool, role: string): Promise<{ created: boolean }> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role))
    throw new RangeError('a role is named with lower-case letters, digits and _');
  const name = pg.escapeIdentifier(role);
  const { rows } = await pool.query<{ known: boolean; super: boolean; owner: boolean; database: string }>(
    `select exists(select from pg_roles where rolname = $1) as known,
       coalesce((select rolsuper from pg_roles where rolname = $1), false) as super,
       $1 = current_user as owner, current_database() as database`,
    [role],
  );
  const [state] = rows;
  if (state?.owner || state?.super)
    throw new RangeError(`${role} owns the tables or is a superuser: choose another role`);
  if (!state?.known) await pool.query(`create role ${name} login nosuperuser nocreatedb nocreaterole`);
  await pool.query(`grant connect, temporary on database ${pg.escapeIdentifier(state?.database ?? '')} to ${name}`);
  for (const schema of SCHEMAS) {
    const { rowCount } = await pool.query('select from pg_namespace where nspname = $1', [schema]);
    if (!rowCount) continue;
    await pool.query(
      `revoke create on schema ${schema} from public;
       grant usage on schema ${schema} to ${name};
       grant select, insert, update, delete on all tables in schema ${schema} to ${name};
       grant usage, select on all sequences in schema ${schema} to ${name};
       alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${name};
       alter default privileges in schema ${schema} grant usage, select on sequences to ${name}`,
    );
  }
  await pool.query(`revoke insert, update, delete on schema_migrations from ${name}`);
  return { created: !state?.known };
}
