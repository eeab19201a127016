import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';

const READY_MS = 20_000;

interface Kind {
  name: 'mongod' | 'mongo-java-server';
  command: string;
  arguments(port: number, folder: string, persistent: boolean): string[];
}

const MONGOD: Kind = {
  name: 'mongod',
  command: 'mongod',
  arguments: (port, folder) => ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet'],
};

function found(command: string, ...options: string[]): boolean {
  try {
    execFileSync(command, options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real mongod of this machine, else the mongo-java-server that ci/mongo-server/install.sh keeps; null when there is neither. */
function findMongoServer(): Kind | null {
  if (found('mongod', '--version')) return MONGOD;
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
  const home = path.join(process.env.WEWALL_TOOLS ?? path.join(cache, 'wewall'), 'mongo-server');
  if (!existsSync(home) || !found('java', '-version')) return null;
  const classes = [home, path.join(home, 'lib', '*')].join(path.delimiter);
  return {
    name: 'mongo-java-server',
    command: 'java',
    arguments: (port, folder) => [
      '-Xmx512m',
      '-cp',
      classes,
      'MongoServerMain',
      String(port),
      path.join(folder, 'data'),
    ],
  };
}

/** Whether a server of the MongoDB protocol can be had (`TEST_MONGODB_URI` or a binary); says loudly what is skipped when not. */
export function hasMongo(what: string): boolean {
  if (process.env.TEST_MONGODB_URI || findMongoServer()) return true;
  process.stderr.write(
    `SKIPPED: ${what} over MongoDB — no mongod, no test server (sh ci/mongo-server/install.sh), no TEST_MONGODB_URI\n`,
  );
  return false;
}

export interface MongoServer {
  /** Which server it is, for messages. */
  name: string;
  /** Address of an empty database of one's own. */
  database(): string;
  /** Stops the server and starts it again over the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A server of one's own on a free port with a temporary folder, or the one of `TEST_MONGODB_URI`. One that is not `persistent` may
 * lose its data when it is restarted.
 */
export async function startMongoServer({ persistent = false } = {}): Promise<MongoServer> {
  const given = process.env.TEST_MONGODB_URI;
  const named = (base: string) => `${base.replace(/\/$/, '')}/test_${randomBytes(6).toString('hex')}`;
  if (given) {
    const refuse = () => Promise.reject(new Error('the server of TEST_MONGODB_URI is not ours to restart'));
    return { name: 'TEST_MONGODB_URI', database: () => named(given), restart: refuse, stop: async () => {} };
  }
  const kind = findMongoServer();
  if (!kind) throw new Error('no server of the MongoDB protocol is installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-mongo-'));
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}`;
  const start = async () => {
    const child = spawn(kind.command, kind.arguments(port, folder, persistent), { stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await waitUntilReady(url, () => child.exitCode !== null || child.signalCode !== null);
    return async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await gone;
    };
  };
  let end = await start();
  return {
    name: kind.name,
    database: () => named(url),
    async restart() {
      await end('SIGTERM');
      end = await start();
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(url: string, ended: () => boolean): Promise<void> {
  // Loaded here: most suites that use this lib never meet MongoDB.
  const { default: mongoose } = await import('mongoose');
  const deadline = Date.now() + READY_MS;
  for (;;) {
    try {
      const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 500 }).asPromise();
      await connection.close();
      return;
    } catch (error) {
      if (ended() || Date.now() > deadline) throw new Error('the MongoDB server did not start', { cause: error });
    }
  }
}
