// `npm run migrate`: brings the configured database (or the embedded one) up to date and prints what was applied.
import { loadConfig } from '../config/config.js';
import { createPool } from '../database.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { migrate } from '../migrations.js';

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

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
