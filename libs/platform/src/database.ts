import pg from 'pg';
import type { Logger } from './logging.js';

/**
 * A pool whose idle connections may drop (a restarted server) without taking the process down. A prepared statement is
 * planned once per connection, with a generic plan: the statements of a turn are long and always touch one chat.
 */
export function createPool(options: { url: string; max?: number; app?: string; logger?: Logger }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 20,
    application_name: options.app ?? 'wewall',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    options: '-c plan_cache_mode=force_generic_plan',
  });
  pool.on('error', (error) => options.logger?.warn({ err: error }, 'a database connection was lost'));
  return pool;
}

/** Shutdown, crash, start-up, broken connection, no connection free: classes and codes of SQLSTATE, and what Node and pg say. */
const AWAY_STATES = /^(08...|57P0[1-3]|53300)$/;
const AWAY_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** How the drivers of MongoDB and Mongoose name it. */
const AWAY_NAMES = /^Mongo(ose)?(ServerSelection|Network|NetworkTimeout|NotConnected|TopologyClosed|PoolCleared)Error$/;
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the error says that a server we need is away or just coming back, not that what was asked of it is wrong. */
export function isServerAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    AWAY_STATES.test(code) || AWAY_CODES.has(code) || AWAY_NAMES.test(error.name) || AWAY_MESSAGES.test(error.message)
  );
}

/** Runs the work in one transaction; rolled back when it throws. A connection that cannot even roll back is thrown away. */
export async function withTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
