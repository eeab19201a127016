// `npm run migrate`: brings the configured database (or the embedded one) up to date and prints what was applied. With
// `-- --wait SECONDS` it changes nothing: it ends as soon as the owner's migrations are there for the role of DATABASE_URL.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { loadConfig } from '../config/config.js';
import { createPool } from '../database.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { migrate, missingMigrations } from '../migrations.js';

const USAGE = 'usage: npm run migrate [-- --wait SECONDS] (1 to 3600)';
/** Between two looks, ms. */
const LOOK_MS = 1_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const embedded = config.database.url ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const pool = createPool({ url: config.database.url ?? embedded!.url, max: 2, app: 'wewall-migrate' });
  try {
    const applied = await migrate(pool);
    for (const id of applied) console.log(`applied ${id}`);
    console.log(applied.length > 0 ? `${applied.length} migrations applied` : 'the database is up to date');
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

/** Waits until nothing is missing. A database that is away or does not know the role yet is waited for as well. */
async function wait(seconds: number): Promise<void> {
  const { url } = loadConfig().database;
  if (!url) throw new Error('--wait needs DATABASE_URL');
  const pool = createPool({ url, max: 1, app: 'wewall-migrate' });
  const deadline = Date.now() + seconds * 1_000;
  try {
    for (;;) {
      const reason = await whatIsMissing(pool);
      if (reason === null) break;
      if (Date.now() > deadline) throw new Error(`the database was not ready in ${seconds} s: ${reason}`);
      await sleep(LOOK_MS);
    }
    console.log('the database is up to date');
  } finally {
    await pool.end();
  }
}

async function whatIsMissing(pool: pg.Pool): Promise<string | null> {
  try {
    const missing = await missingMigrations(pool);
    return missing.length > 0 ? `migrations are missing (${missing.join(', ')})` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

try {
  const { values } = parseArgs({ options: { wait: { type: 'string' } } });
  if (values.wait === undefined) await main();
  else if (/^[1-9]\d{0,3}$/.test(values.wait) && Number(values.wait) <= 3_600) await wait(Number(values.wait));
  else throw new Error(USAGE);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
