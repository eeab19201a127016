import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { freePort } from '#libs/testing';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const READY = /WeWall AI is ready: (http:\/\/\S+)/;
const START_MS = 60_000;

/** The whole product as `npm start` runs it, on a data directory and a port of its own. */
export class RunningProduct {
  private child: ChildProcess | undefined;

  /** Everything the process has written since its last start. */
  output = '';

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
    private readonly environment: Record<string, string>,
  ) {}

  /** `environment`: variables beside those of a plain start. */
  static async start(dataDir: string, environment: Record<string, string> = {}): Promise<RunningProduct> {
    const product = new RunningProduct(dataDir, await freePort(), environment);
    await product.start();
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it again on the same data and port; resolves when it says that it is ready. */
  async start(): Promise<void> {
    const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
    const child = spawn(process.execPath, ['ci/run.mjs', 'apps/all-in-one/src/main'], {
      cwd: ROOT,
      env: {
        ...environment,
        NODE_ENV: 'development',
        PORT: String(this.port),
        WEWALL_DATA_DIR: this.dataDir,
        NODE_OPTIONS: '',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string) =>
        reject(new Error(`the product did not start (${reason}):\n${this.output.slice(-3_000)}`));
      const timer = setTimeout(() => fail('timed out'), START_MS);
      const read = (chunk: Buffer) => {
        this.output += chunk.toString();
        if (READY.test(this.output)) {
          clearTimeout(timer);
          resolve();
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        fail(`exit ${code}`);
      });
    });
  }

  /** Dies without a word, as in a power cut. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}
