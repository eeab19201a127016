// `npm run keys`: issues and revokes keys of the REST API. The secret is printed once and kept nowhere.
import { parseArgs } from 'node:util';
import { loadConfig, openPlatform } from '#libs/platform';
import { SCOPES, type Scope } from '../keys/api-key.js';
import { ApiKeyRepository } from '../keys/api-key.repository.js';
import { ApiKeys } from '../keys/api-keys.js';

const USAGE = `npm run keys -- issue --name NAME [--scopes ${SCOPES.join(',')}] [--rate-limit REQUESTS_A_MINUTE] [--open-jobs N]
npm run keys -- revoke --id KEY_ID

Set DATABASE_URL, or stop the process that holds the data directory first.`;

function scopesOf(list: string): Scope[] {
  return list.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name.trim());
    if (!scope) throw new Error(`unknown scope; there are ${SCOPES.join(', ')}`);
    return scope;
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string', default: 'chats,services' },
      'rate-limit': { type: 'string', default: '600' },
      'open-jobs': { type: 'string', default: '20' },
      id: { type: 'string' },
    },
  });
  const [command] = positionals;
  const rateLimit = Number(values['rate-limit']);
  const openJobs = Number(values['open-jobs']);
  const valid =
    (command === 'issue' &&
      values.name &&
      [rateLimit, openJobs].every((limit) => Number.isInteger(limit) && limit > 0)) ||
    (command === 'revoke' && values.id);
  if (!valid) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const scopes = scopesOf(values.scopes);
  const platform = await openPlatform(loadConfig(), 'keys');
  try {
    const keys = new ApiKeys(new ApiKeyRepository(platform.pool), { production: true });
    if (command === 'issue') {
      const { key, secret } = await keys.issue({ name: values.name ?? '', scopes, rateLimit, openJobs });
      console.log(`id:  ${key.id}\nkey: ${secret}`);
    } else {
      const revoked = await keys.revoke(values.id ?? '');
      console.log(revoked ? 'revoked' : 'there is no live key of that id');
      if (!revoked) process.exitCode = 1;
    }
  } finally {
    await platform.shutdown.run();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
