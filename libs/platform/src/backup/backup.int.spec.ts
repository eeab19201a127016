import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { FolderFileStore } from '../files/folder-file-store.js';
import { migrate } from '../migrations.js';
import { grantRuntimeRole } from '../runtime-role.js';
import { BackupError, backup, restore } from './backup.js';

/** Major version of an installed client tool; 0 when there is none. */
function toolVersion(): number {
  return Number(/ (\d+)\./.exec(spawnSync('pg_dump', ['--version']).stdout?.toString() ?? '')?.[1] ?? 0);
}

async function serverVersion(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  await client.end();
  return Math.floor(Number(rows[0]?.version) / 10_000);
}

/** TEST_BACKUP_URL names another server when the client tools are older than the one of the tests. */
const server = process.env.TEST_BACKUP_URL ?? inject('postgresUrl');
const [tool, needed] = [toolVersion(), await serverVersion(server)];
if (tool < needed) {
  console.warn(
    `SKIPPED: backup and restore need pg_dump ${needed} or newer, found ${tool || 'none'} (or set TEST_BACKUP_URL)`,
  );
}

describe.skipIf(tool < needed)('backup and restore', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'wewall-backup-'));
  const saved = path.join(directory, 'saved');
  const from = path.join(directory, 'from');
  const to = path.join(directory, 'to');
  const databases: TestDatabase[] = [];
  const role = `runtime_${randomBytes(4).toString('hex')}`;
  let source: TestDatabase;
  let fileId: string;

  async function database(): Promise<TestDatabase> {
    const created = await createTestDatabase(server);
    databases.push(created);
    return created;
  }

  beforeAll(async () => {
    source = await database();
    await migrate(source.pool);
    await source.pool.query(`insert into api_keys (id, name, key_hash, scopes, rate_limit)
      select 'key' || n, 'ключ ' || n, sha256(convert_to(n::text, 'utf8')), '{chats}', n from generate_series(1, 500) n`);
    const stored = await new FolderFileStore(path.join(from, 'files')).put(Buffer.from('план'), {
      name: 'план.txt',
      contentType: 'text/plain',
    });
    fileId = stored.fileId;
    await grantRuntimeRole(source.pool, role);
  });

  afterAll(async () => {
    for (const { pool } of databases) await pool.query(`drop owned by ${role}`).catch(() => {});
    await source.pool.query(`drop role if exists ${role}`);
    for (const one of databases) await one.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const rows = async ({ pool }: TestDatabase) =>
    (await pool.query('select id, name, key_hash, scopes, rate_limit, created_at from api_keys order by id')).rows;

  it('brings every row, the applied migrations and the files back', async () => {
    const summary = await backup({ databaseUrl: source.url, dataDir: from }, saved);
    expect(summary.tables).toBeGreaterThan(5);
    expect(summary.files).toBe(1);
    // The server that is restored to has never heard of the role the processes ran as.
    await source.pool.query(`drop owned by ${role}; drop role ${role}`);
    const target = await database();
    expect(await restore({ databaseUrl: target.url, dataDir: to }, saved)).toEqual(summary);
    expect(await rows(target)).toEqual(await rows(source));
    expect(await migrate(target.pool)).toEqual([]);
    expect(await grantRuntimeRole(target.pool, role)).toEqual({ created: true });
    const opened = await new FolderFileStore(path.join(to, 'files')).open(fileId);
    expect(await text(opened!.stream)).toBe('план');
  });

  it('restores into an empty database only, and overwrites no backup', async () => {
    await expect(restore({ databaseUrl: source.url, dataDir: to }, saved)).rejects.toThrow(/has tables/);
    await expect(backup({ databaseUrl: source.url, dataDir: from }, saved)).rejects.toThrow(BackupError);
  });

  it('leaves no half of a backup when the server is away', async () => {
    const url = new URL(source.url);
    url.password = 'МАРКЕР';
    url.port = '1';
    const broken = path.join(directory, 'broken');
    await expect(backup({ databaseUrl: url.href, dataDir: from }, broken)).rejects.toThrow(
      /^(?!.*МАРКЕР)pg_dump failed/s,
    );
    expect(existsSync(broken)).toBe(false);
  });

  it('refuses a backup that was changed', async () => {
    appendFileSync(path.join(saved, 'database.dump'), 'x');
    const target = await database();
    await expect(restore({ databaseUrl: target.url, dataDir: to }, saved)).rejects.toThrow(/database\.dump.*changed/);
  });
});
