// `npm run backup -- --to DIR`: the database by pg_dump and the files of the data folder, with checksums.
// `npm run restore -- --from DIR`: into an empty database; refuses a backup that was changed and a database in use.
import { parseArgs } from 'node:util';
import { backup, restore } from '../backup/backup.js';
import { loadConfig } from '../config/config.js';

const USAGE = 'usage: npm run backup -- --to DIR | npm run restore -- --from DIR (DATABASE_URL set)';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { to: { type: 'string' }, from: { type: 'string' } } });
  if ((values.to === undefined) === (values.from === undefined)) {
    console.error(USAGE);
    return 2;
  }
  const config = loadConfig();
  if (!config.database.url) {
    console.error('set DATABASE_URL: the embedded database is backed up by copying the data folder while nothing runs');
    return 1;
  }
  const source = { databaseUrl: config.database.url, dataDir: config.dataDir };
  const { files, tables } =
    values.to === undefined ? await restore(source, values.from ?? '') : await backup(source, values.to);
  console.log(`${values.to === undefined ? 'restored' : 'saved'}: ${tables} tables, ${files} files`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
