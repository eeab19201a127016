import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build } from '../../../../ci/build.mjs';
import { DataDirectoryInUseError, lockDataDirectory } from './data-directory-lock.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe(startEmbeddedPostgres.name, () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'wewall-embedded-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps data over a clean stop and folds Cyrillic', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, `create table t (v text); insert into t values (lower('ПРИВЕТ'))`);
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url, 'select v from t')).toEqual([{ v: 'привет' }]);
    await second.stop();
    expect(statSync(path.join(dataDir, 'postgres.password')).mode & 0o077).toBe(0);
  });

  it.runIf(process.getuid?.() === 0)('works for root below a folder nobody else may enter, as /root is', async () => {
    const closed = path.join(dataDir, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await startEmbeddedPostgres({ dataDir: path.join(closed, 'data') });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('adopts no half cluster: a start killed during initdb is made good by the next', async () => {
    mkdirSync(path.join(dataDir, 'postgres.new'));
    writeFileSync(path.join(dataDir, 'postgres.new', 'PG_VERSION'), '18');
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(existsSync(path.join(dataDir, 'postgres.new'))).toBe(false);
  });

  it('refuses a directory in use and says what to do', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      /already used by a running WeWall AI.*WEWALL_DATA_DIR/,
    );
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('takes over the lock of a process that is gone, even when its pid was reused', () => {
    writeFileSync(path.join(dataDir, 'wewall.lock'), `${process.pid} 1`);
    const release = lockDataDirectory(dataDir);
    expect(() => lockDataDirectory(dataDir)).toThrow(DataDirectoryInUseError);
    release();
  });

  it('recovers after kill -9: the orphaned server is stopped, committed data is there', async () => {
    await build();
    const entry = path.resolve(
      import.meta.dirname,
      '../../../../dist/libs/platform/src/embedded-postgres/embedded-postgres.js',
    );
    const script = path.join(dataDir, '..', `${path.basename(dataDir)}.mjs`);
    writeFileSync(
      script,
      `import { startEmbeddedPostgres } from ${JSON.stringify(entry)};
       const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
       process.send(server.url); setInterval(() => {}, 1000);`,
    );
    const child = fork(script, { stdio: 'ignore' });
    const url = await new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))));
    await query(url, 'create table t (v int)');
    await query(url, 'insert into t values (7)');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(
      Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
    ).toBeGreaterThan(0);
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url, 'select v from t')).toEqual([{ v: 7 }]);
    await server.stop();
    rmSync(script, { force: true });
  });
});
