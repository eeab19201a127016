import pg from 'pg';
import { withTransaction } from './database.js';
import { scramVerifier } from './scram-verifier.js';

/** Schemas the product's tables lie in; BullMQ's exists only when queues live in PostgreSQL. */
const SCHEMAS = ['public', 'bullmq'];

/** Key of the advisory lock of those who grant: any constant, the same in every process. */
const GRANT_LOCK = 7_266_002;

/** PostgreSQL's code for a name or password it does not take. */
const REFUSED_LOGIN = /^28/;

/**
 * Lets a role do what the processes need and nothing else: read and write rows, use sequences, temporary tables. It owns
 * nothing, so it cannot create, change, empty or drop a table, and it cannot rewrite which migrations were applied. Tables
 * that the caller creates later are included. Creates the role when there is none (with LOGIN and without a password: set
 * one with `\password`). Call it as the owner, after the migrations; any number of times. All or nothing: who can log in as
 * the role has its rights.
 */
export async function grantRuntimeRole(pool: pg.Pool, role: string): Promise<{ created: boolean }> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role))
    throw new RangeError('a role is named with lower-case letters, digits and _');
  return withTransaction(pool, (client) => grant(client, role));
}

async function grant(client: pg.PoolClient, role: string): Promise<{ created: boolean }> {
  const name = pg.escapeIdentifier(role);
  await client.query('select pg_advisory_xact_lock($1)', [GRANT_LOCK]);
  const { rows } = await client.query<{ known: boolean; super: boolean; owner: boolean; database: string }>(
    `select exists(select from pg_roles where rolname = $1) as known,
       coalesce((select rolsuper from pg_roles where rolname = $1), false) as super,
       $1 = current_user as owner, current_database() as database`,
    [role],
  );
  const [state] = rows;
  if (state?.owner || state?.super)
    throw new RangeError(`${role} owns the tables or is a superuser: choose another role`);
  if (!state?.known) await client.query(`create role ${name} login nosuperuser nocreatedb nocreaterole`);
  await client.query(`grant connect, temporary on database ${pg.escapeIdentifier(state?.database ?? '')} to ${name}`);
  for (const schema of SCHEMAS) {
    const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
    if (!rowCount) continue;
    await client.query(
      `revoke create on schema ${schema} from public;
       grant usage on schema ${schema} to ${name};
       grant select, insert, update, delete on all tables in schema ${schema} to ${name};
       grant usage, select on all sequences in schema ${schema} to ${name};
       alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${name};
       alter default privileges in schema ${schema} grant usage, select on sequences to ${name}`,
    );
  }
  await client.query(`revoke insert, update, delete on schema_migrations from ${name}`);
  return { created: !state?.known };
}

/**
 * Makes the address the processes use work: its role has its rights and, when its password is not taken, is given it. The
 * server gets a SCRAM verifier, so the password stands in no log of it. Returns the role.
 * Throws when the address names no role, no password or another database than the pool's.
 */
export async function openRuntimeAddress(pool: pg.Pool, address: string): Promise<string> {
  const url = new URL(address);
  const role = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  if (!role || !password) throw new RangeError('RUNTIME_DATABASE_URL must name a role and its password');
  const { rows } = await pool.query<{ name: string }>('select current_database() as name');
  if (rows[0]?.name !== decodeURIComponent(url.pathname.slice(1)))
    throw new RangeError('RUNTIME_DATABASE_URL must lead to the database of DATABASE_URL');
  await grantRuntimeRole(pool, role);
  if (await isTaken(address)) return role;
  await pool.query(`alter role ${pg.escapeIdentifier(role)} password ${pg.escapeLiteral(scramVerifier(password))}`);
  if (!(await isTaken(address))) throw new Error(`${role} cannot log in with the password of RUNTIME_DATABASE_URL`);
  return role;
}

/** Whether the server takes the role and the password of the address. */
async function isTaken(address: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (REFUSED_LOGIN.test((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}
