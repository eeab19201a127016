import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { freePort } from '#libs/testing';

/** A process of the product, built into dist/; ready when its entry says so over IPC or in its log. */
export class ProductProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens, when it does. */
    readonly address: string,
  ) {}

  /** @param entry path in dist/ without its extension. Throws when the process ends before it is ready. */
  static async start(entry: string, env: Record<string, string>): Promise<ProductProcess> {
    const root = path.resolve(import.meta.dirname, '..', '..');
    const port = String(await freePort());
    const child = fork(path.join(root, 'dist', `${entry}.js`), {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'development', PORT: port, LOG_LEVEL: 'info', ...env },
      // A test that is killed itself leaves no processes behind.
      execArgv: ['--import', 'data:text/javascript,process.on("disconnect",()=>process.exit(0))'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      // The log is read for ever, so that the pipe never fills up; only its end is kept.
      let log = '';
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${entry} ended before it was ready: ${log}`)));
      child.once('message', () => resolve());
      child.stderr?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-4_000);
        if (log.includes('is ready"')) resolve();
      });
    });
    return new ProductProcess(child, `http://127.0.0.1:${port}`);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  /** SIGKILL, whatever it is doing. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}
