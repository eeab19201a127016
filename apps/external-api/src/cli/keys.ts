// `npm run keys`: keys of the REST API. A secret is printed once and kept nowhere.
import { parseArgs } from 'node:util';
import { loadConfig, openPlatform } from '#libs/platform';
import { type KeyLimits, type KeyRecord, SCOPES, type Scope } from '../keys/api-key.js';
import { ApiKeyRepository } from '../keys/api-key.repository.js';
import { ApiKeys } from '../keys/api-keys.js';

const USAGE = `npm run keys -- create --name NAME [--scopes ${SCOPES.join(',')}] [LIMITS]      (issue is the same)
npm run keys -- list                        keys, limits, when their secrets end and were last used
npm run keys -- update --id KEY_ID [--scopes …] [LIMITS]
npm run keys -- rotate --id KEY_ID [--overlap HOURS]   a second secret; the old ones end after HOURS (default 168, 0 = now)
npm run keys -- revoke --id KEY_ID

LIMITS: --rate-limit REQUESTS_A_MINUTE (600)  --daily-quota REQUESTS_A_DAY (none; 0 = none)  --open-jobs N (20)
Set DATABASE_URL, or stop the process that holds the data directory first.`;

class UsageError extends Error {}

function scopesOf(list: string): Scope[] {
  return list.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name.trim());
    if (!scope) throw new UsageError(`unknown scope; there are ${SCOPES.join(', ')}`);
    return scope;
  });
}

function wholeNumber(text: string | undefined, name: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new UsageError(`--${name} is a whole number from ${least}`);
  return Number(text);
}

function show({ id, name, scopes, rateLimit, dailyQuota, openJobs, revokedAt, secrets }: KeyRecord): string {
  const quota = dailyQuota === undefined ? 'no quota' : `${dailyQuota} a day`;
  const limits = `${rateLimit} a minute, ${quota}, ${openJobs} open jobs`;
  const lines = secrets.map(({ createdAt, expiresAt, lastUsedAt }) => {
    const ended = expiresAt !== null && new Date(expiresAt) <= new Date();
    const end = expiresAt === null ? 'no end' : `${ended ? 'ended' : 'ends'} ${expiresAt.slice(0, 16)}`;
    return `  secret of ${createdAt.slice(0, 16)}, ${end}, last used ${lastUsedAt?.slice(0, 16) ?? 'never'}`;
  });
  return [`${id}\t${name}\t${revokedAt ? 'revoked' : 'live'}\t${scopes.join(',')}\t${limits}`, ...lines].join('\n');
}

type Command = (keys: ApiKeys) => Promise<boolean>;

/** The work a command line asks for. Throws UsageError. */
function commandOf(args: string[]): Command {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: text,
      id: text,
      scopes: text,
      'rate-limit': text,
      'daily-quota': text,
      'open-jobs': text,
      overlap: { type: 'string', default: '168' },
    },
  });
  const [command, ...rest] = positionals;
  const { id = '', name = '' } = values;
  if (rest.length > 0) throw new UsageError('one command at a time');
  const rateLimit = wholeNumber(values['rate-limit'], 'rate-limit', 1);
  const dailyQuota = wholeNumber(values['daily-quota'], 'daily-quota', 0);
  const openJobs = wholeNumber(values['open-jobs'], 'open-jobs', 1);
  const overlap = wholeNumber(values.overlap, 'overlap', 0) ?? 0;
  const limits: Partial<KeyLimits> = {
    ...(values.scopes !== undefined && { scopes: scopesOf(values.scopes) }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(dailyQuota !== undefined && { dailyQuota }),
    ...(openJobs !== undefined && { openJobs }),
  };
  if (command === 'list') {
    return async (keys) => {
      const all = await keys.list();
      console.log(all.length === 0 ? 'there are none' : all.map(show).join('\n'));
      return true;
    };
  }
  if (command === 'create' || command === 'issue') {
    if (name === '') throw new UsageError('a key has a name');
    return async (keys) => {
      const { key, secret } = await keys.issue({ ...limits, name, scopes: limits.scopes ?? ['chats', 'services'] });
      console.log(`id:  ${key.id}\nkey: ${secret}`);
      return true;
    };
  }
  const found = (isFound: boolean, words: string) => {
    console.log(isFound ? words : 'there is no live key of that id');
    return isFound;
  };
  if (id === '') throw new UsageError('which key? --id KEY_ID');
  if (command === 'update') return async (keys) => found((await keys.update(id, limits)) !== undefined, 'updated');
  if (command === 'revoke') return async (keys) => found(await keys.revoke(id), 'revoked');
  if (command === 'rotate') {
    return async (keys) => {
      const secret = await keys.rotate(id, overlap);
      return found(secret !== undefined, `key: ${secret}\nearlier secrets end in ${overlap} hours`);
    };
  }
  throw new UsageError('unknown command');
}

async function main(): Promise<number> {
  const command = commandOf(process.argv.slice(2));
  const platform = await openPlatform({ ...loadConfig(), logLevel: 'warn' }, 'keys');
  try {
    return (await command(new ApiKeys(new ApiKeyRepository(platform.pool), { production: true }))) ? 0 : 1;
  } finally {
    await platform.shutdown.run();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${reason}\n\n${USAGE}` : reason);
  process.exitCode = isUsage ? 2 : 1;
}
