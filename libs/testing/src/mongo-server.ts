import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';

const READY_MS = 20_000;

/** A program that speaks the MongoDB protocol and can be started here. */
export interface MongoProgram {
  name: 'mongod' | 'SecantusDB' | 'mongo-java-server';
  command: string;
  arguments(port: number, folder: string): string[];
}

function found(command: string, ...options: string[]): boolean {
  try {
    execFileSync(command, options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Where ci/mongo-server/*.sh keep what they install. */
function toolFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
  return process.env.WEWALL_TOOLS ?? path.join(cache, 'wewall');
}

function mongod(): MongoProgram | null {
  if (!found('mongod', '--version')) return null;
  return {
    name: 'mongod',
    command: 'mongod',
    arguments: (port, folder) => ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet'],
  };
}

function mongoJavaServer(): MongoProgram | null {
  const home = path.join(toolFolder(), 'mongo-server');
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

function secantus(): MongoProgram | null {
  const command = path.join(toolFolder(), 'secantusdb', 'bin', 'secantusd-rs');
  if (!existsSync(command) || !found(command, '--help')) return null;
  return {
    name: 'SecantusDB',
    command,
    arguments: (port, folder) => [
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder, '--log-level', 'ERROR'],
    ],
  };
}

/** The programs of this machine, the most trusted first. */
export function installedMongoPrograms(): MongoProgram[] {
  return [mongod(), mongoJavaServer(), secantus()].filter((program) => program !== null);
}

/** Whether a server of the MongoDB protocol can be had (`TEST_MONGODB_URI` or a binary); says loudly what is skipped when not. */
export function hasMongo(what: string): boolean {
  if (process.env.TEST_MONGODB_URI || installedMongoPrograms().length > 0) return true;
  process.stderr.write(
    `SKIPPED: ${what} over MongoDB — no mongod, no test server (sh ci/mongo-server/install.sh), no TEST_MONGODB_URI\n`,
  );
  return false;
}

export interface MongoServer {
  /** Which server it is, for messages. */
  name: string;
  /** Its process; absent for the server of `TEST_MONGODB_URI`. */
  readonly pid?: number | undefined;
  /** Address of an empty database of one's own. */
  database(): string;
  /** Stops the server, does the work while it is away, and starts it again over the same data and port. */
  restart(whileAway?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A server of one's own on a free port with a temporary folder: of the program, else the one of `TEST_MONGODB_URI`, else the
 * first that is installed. Its data outlives a restart.
 */
export async function startMongoServer(program?: MongoProgram): Promise<MongoServer> {
  const given = process.env.TEST_MONGODB_URI;
  const named = (base: string) => `${base.replace(/\/$/, '')}/test_${randomBytes(6).toString('hex')}`;
  if (given && !program) {
    const refuse = () => Promise.reject(new Error('the server of TEST_MONGODB_URI is not ours to restart'));
    return { name: 'TEST_MONGODB_URI', database: () => named(given), restart: refuse, stop: async () => {} };
  }
  const kind = program ?? installedMongoPrograms()[0];
  if (!kind) throw new Error('no server of the MongoDB protocol is installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-mongo-'));
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}`;
  const start = async () => {
    const child = spawn(kind.command, kind.arguments(port, folder), { cwd: folder, stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    await waitUntilReady(url, () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null);
    return {
      pid: child.pid,
      async end() {
        child.kill('SIGTERM');
        await gone;
      },
    };
  };
  let running = await start();
  return {
    name: kind.name,
    get pid() {
      return running.pid;
    },
    database: () => named(url),
    async restart(whileAway) {
      await running.end();
      await whileAway?.();
      running = await start();
    },
    async stop() {
      await running.end();
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
