import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

const READY_MS = 10_000;
/** Another process may take a free port before the server does: so often another is tried. */
const START_ATTEMPTS = 3;

/** Whether a Redis server can be started here; says loudly what is skipped when not. */
export function hasRedis(what: string): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      `SKIPPED: ${what} over Redis — redis-server is not installed (apt-get install redis-server)\n`,
    );
    return false;
  }
}

/** A Redis of this run only, without persistence. */
export class RedisServer {
  private constructor(
    private server: ServerProcess,
    private readonly directory: string,
    /** On the loopback interface. */
    readonly port: number,
  ) {}

  /** Starts a server on a free port and waits until it answers. */
  static async start(directory = tmpdir()): Promise<RedisServer> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      try {
        return new RedisServer(await launch(directory, port), directory, port);
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  get process(): ServerProcess {
    return this.server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A new server at the same address; it remembers nothing. */
  async startAgain(): Promise<void> {
    this.server = await launch(this.directory, this.port);
  }

  /** Kills it, also while it is frozen: nothing in it is worth an orderly end. */
  stop(): Promise<void> {
    return this.server.end('SIGKILL');
  }
}

function launch(directory: string, port: number): Promise<ServerProcess> {
  const server = new ServerProcess({
    name: 'redis',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
    cwd: directory,
    env: process.env,
  });
  // Asked for its process: on a port that was taken meanwhile another server would answer.
  return server
    .until(async () => (await serverProcessAt(port)) === server.pid, READY_MS)
    .catch(async (error) => {
      await server.end('SIGKILL');
      throw error;
    });
}

/** The process id of the Redis that answers there; rejects when none does. */
function serverProcessAt(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO server\r\n'));
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(500, () => fail(new Error('Redis does not answer')));
    socket.once('error', fail);
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      const id = /process_id:(\d+)\r/.exec(answer)?.[1];
      if (id === undefined) return;
      socket.destroy();
      resolve(Number(id));
    });
    socket.once('end', () => fail(new Error('Redis closed the connection')));
  });
}
