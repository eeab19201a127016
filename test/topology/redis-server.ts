import { connect } from 'node:net';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

/** A Redis of this run only, without persistence. */
export class RedisServer {
  private constructor(
    readonly process: ServerProcess,
    readonly url: string,
  ) {}

  static async start(directory: string): Promise<RedisServer> {
    const port = await freePort();
    const server = new ServerProcess({
      name: 'redis',
      command: 'redis-server',
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory],
      cwd: directory,
      env: process.env,
    });
    await server.until(() => answers(port), 10_000);
    return new RedisServer(server, `redis://127.0.0.1:${port}`);
  }
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
