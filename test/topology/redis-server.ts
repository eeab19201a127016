import { connect } from 'node:net';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

/** A Redis of this run only, without persistence. */
export class RedisServer {
  private constructor(
    private server: ServerProcess,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async start(directory: string): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(await launch(directory, port), directory, port);
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
}

function launch(directory: string, port: number): Promise<ServerProcess> {
  const server = new ServerProcess({
    name: 'redis',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory],
    cwd: directory,
    env: process.env,
  });
  return server.until(() => answers(port), 10_000);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once('data', (data) => finish(data.toString().startsWith('+PONG')));
    socket.once('error', () => finish(false));
  });
}
