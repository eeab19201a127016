// `npm run runtime-role [-- --role NAME]`: the role the processes run as, with rows only. Run it as the owner of the tables.
import { parseArgs } from 'node:util';
import { openQueues } from '#libs/hosting';
import { grantRuntimeRole, loadConfig, openPlatform, openRuntimeAddress } from '#libs/platform';

const USAGE = `usage: npm run runtime-role -- --role NAME   (DATABASE_URL: the owner of the tables)
       npm run runtime-role                   (RUNTIME_DATABASE_URL: the role with its password)`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { role: { type: 'string' } } });
  const config = loadConfig();
  const { url, runtimeUrl } = config.database;
  if (!url || (values.role === undefined) === (runtimeUrl === undefined)) {
    console.error(USAGE);
    return 2;
  }
  const platform = await openPlatform({ ...config, logLevel: 'warn' }, 'runtime-role');
  try {
    // The tables of queues in PostgreSQL are created here, since the processes will not be able to.
    await openQueues(platform);
    if (runtimeUrl) {
      console.log(`${await openRuntimeAddress(platform.pool, runtimeUrl)} may read and write rows, and nothing else`);
    } else if (values.role) {
      const { created } = await grantRuntimeRole(platform.pool, values.role);
      console.log(`${values.role} may read and write rows, and nothing else`);
      if (created) console.log(`it was created without a password: set one with \\password ${values.role} in psql`);
    }
    return 0;
  } finally {
    await platform.shutdown.run();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
