import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

const DUMP = 'database.dump';
const FILES = 'files';
const MANIFEST = 'manifest.json';
/** Owners and rights are of the server's roles: another server has others, and `runtime-role` gives the rights again. */
const WITHOUT_ROLES = ['--no-owner', '--no-acl'];

/** What is saved and where it is restored to. */
export interface BackupSource {
  databaseUrl: string;
  dataDir: string;
}

export interface BackupSummary {
  tables: number;
  files: number;
}

interface Manifest extends BackupSummary {
  /** sha256 of every file of the backup but this one, by path. */
  checksums: Record<string, string>;
}

/** The backup or the restore cannot be done; the message says what to do. */
export class BackupError extends Error {
  readonly code = 'backup.refused';
}

/**
 * Saves the database (one consistent moment, custom format of pg_dump) and then the files: every file the saved rows refer
 * to was stored before them. Written aside and renamed, so `directory` either is a whole backup or does not exist.
 * Throws BackupError.
 */
export async function backup(source: BackupSource, directory: string): Promise<BackupSummary> {
  if (existsSync(directory)) throw new BackupError(`${directory} exists already; name a new folder`);
  const aside = `${directory}.incomplete`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(path.join(aside, FILES), { recursive: true, mode: 0o700 });
  await postgresTool('pg_dump', source.databaseUrl, [
    '--format=custom',
    ...WITHOUT_ROLES,
    `--file=${path.join(aside, DUMP)}`,
  ]);
  const stored = path.join(source.dataDir, FILES);
  if (existsSync(stored)) {
    // Files that are being received at this moment belong to nobody yet.
    const incoming = path.join(stored, 'incoming');
    await cp(stored, path.join(aside, FILES), { recursive: true, filter: (from) => from !== incoming });
  }
  const checksums = await checksumsOf(aside);
  const summary = {
    tables: (await restoreList(path.join(aside, DUMP))).filter((line) => / TABLE DATA /.test(line)).length,
    files: Object.keys(checksums).filter((file) => file.startsWith(`${FILES}/`) && !file.endsWith('.json')).length,
  };
  await writeFile(path.join(aside, MANIFEST), JSON.stringify({ ...summary, checksums } satisfies Manifest, null, 2));
  await rename(aside, directory);
  return summary;
}

/**
 * Restores a backup into an empty database, in one transaction, and the files into the data folder.
 * Throws BackupError when the backup was changed or the database has tables.
 */
export async function restore(target: BackupSource, directory: string): Promise<BackupSummary> {
  const manifest = JSON.parse(
    await readFile(path.join(directory, MANIFEST), 'utf8').catch(() => {
      throw new BackupError(`${directory} is not a backup: it has no ${MANIFEST}`);
    }),
  ) as Manifest;
  const actual = await checksumsOf(directory);
  const names = new Set([...Object.keys(manifest.checksums), ...Object.keys(actual)]);
  for (const name of names) {
    if (manifest.checksums[name] !== actual[name])
      throw new BackupError(`${name} of the backup was changed or is missing`);
  }
  if ((await tableCount(target.databaseUrl)) > 0) {
    throw new BackupError('the database has tables; restore into an empty one');
  }
  await postgresTool('pg_restore', target.databaseUrl, [
    ...WITHOUT_ROLES,
    '--exit-on-error',
    '--single-transaction',
    path.join(directory, DUMP),
  ]);
  await mkdir(path.join(target.dataDir, FILES), { recursive: true });
  await cp(path.join(directory, FILES), path.join(target.dataDir, FILES), { recursive: true });
  return { tables: manifest.tables, files: manifest.files };
}

/** Runs a client tool of PostgreSQL; the password travels in the environment, not in the list of processes. */
async function postgresTool(tool: 'pg_dump' | 'pg_restore', databaseUrl: string, args: string[]): Promise<void> {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  url.password = '';
  try {
    await run(tool, [...args, `--dbname=${url.href}`], { env: { PATH: process.env.PATH, PGPASSWORD: password } });
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw new BackupError(`${tool} is not installed: install the PostgreSQL client tools of the server's version`);
    }
    throw new BackupError(`${tool} failed: ${stderr?.trim() ?? 'no reason given'}`, { cause: error });
  }
}

async function restoreList(dump: string): Promise<string[]> {
  return (await run('pg_restore', ['--list', dump])).stdout.split('\n');
}

async function tableCount(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

async function checksumsOf(directory: string): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(directory, file);
    if (!entry.isFile() || name === MANIFEST) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    checksums[name] = hash.digest('hex');
  }
  return checksums;
}
