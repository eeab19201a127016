import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const START_MS = 30_000;

/** Worker processes, as deployed, that are killed without warning and replaced. */
export class WorkerFleet {
  kills = 0;
  private readonly children: ChildProcess[] = [];

  constructor(
    private readonly size: number,
    private readonly env: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.size }, (_, index) => this.spawn(index)));
  }

  /** SIGKILL; resolves when a new process serves in its place. */
  async kill(index: number): Promise<void> {
    this.kills += 1;
    await this.end(index, 'SIGKILL');
    await this.spawn(index);
  }

  /** SIGTERM: jobs in hand are finished or given back. */
  async stop(): Promise<void> {
    await Promise.all(this.children.map((_, index) => this.end(index, 'SIGTERM')));
  }

  private async end(index: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.children[index];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  private async spawn(index: number): Promise<void> {
    const child = spawn(process.execPath, [path.join(ROOT, 'dist/apps/worker/src/main.js')], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'info', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children[index] = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a worker did not start:\n${output}`)), START_MS);
      const read = (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_000);
        if (!output.includes('worker is ready')) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', () => reject(new Error(`a worker ended before it was ready:\n${output}`)));
    });
  }
}
