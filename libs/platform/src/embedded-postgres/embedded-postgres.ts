import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { lockDataDirectory } from './data-directory-lock.js';
import { DATABASE_USER, initialiseCluster } from './initialise-cluster.js';
import { postgresBinaries } from './postgres-binaries.js';
import { clearLeftovers, startPostmaster, stopPostmaster } from './postgres-process.js';
import { serverUser } from './server-user.js';

export interface EmbeddedPostgresServer {
  /** Connection string with the password; never log it. */
  url: string;
  /** Stops the server cleanly and frees the data directory. */
  stop(): Promise<void>;
}

const READY_MS = 30_000;

/**
 * A real PostgreSQL from npm binaries in `<dataDir>/postgres`, on a free loopback port. Works for root and for a user,
 * recovers after kill -9 of this process, refuses a directory that a living process uses (DataDirectoryInUseError).
 * Creating the cluster takes 1–3 s, later starts about 0.2 s.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log?: (message: string) => void;
}): Promise<EmbeddedPostgresServer> {
  const dataDir = path.resolve(options.dataDir);
  const log = options.log ?? (() => {});
  const release = lockDataDirectory(dataDir);
  try {
    const databaseDir = path.join(dataDir, 'postgres');
    const password = readPassword(dataDir);
    const { postgres, initdb } = await postgresBinaries();
    const user = serverUser();
    // The server's own user has to reach the folder when we run as root.
    if (user) chmodSync(dataDir, 0o711);
    if (!existsSync(path.join(databaseDir, 'PG_VERSION'))) {
      log('creating the embedded PostgreSQL');
      await initialiseCluster(initdb, databaseDir, password, user);
    } else {
      const found = await clearLeftovers(databaseDir);
      if (found !== 'nothing') log(`recovering after an unclean stop: ${found}`);
    }
    const port = await freePort();
    const logFile = path.join(dataDir, 'postgres.log');
    const child = startPostmaster(postgres, databaseDir, port, logFile, user);
    const url = `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
    let exited = false;
    for (const event of ['exit', 'error'] as const) {
      child.once(event, () => {
        exited = true;
      });
    }
    await waitUntilReady(url, () => exited, logFile);
    return {
      url,
      async stop() {
        if (child.pid && !exited) await stopPostmaster(child.pid);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A random password, kept beside the data for this user only. */
function readPassword(dataDir: string): string {
  const file = path.join(dataDir, 'postgres.password');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

async function waitUntilReady(url: string, exited: () => boolean, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    // A connection dropped while the server is starting is an event, not only a rejection.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (exited() || Date.now() > deadline) {
        throw new Error(`the embedded PostgreSQL did not start; its log is ${logFile}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
