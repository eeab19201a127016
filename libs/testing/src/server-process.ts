import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const OUTPUT_KEPT = 8_000;

export interface ServerCommand {
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** A server started as a process of its own: waits until it answers, ends it. */
export class ServerProcess {
  readonly name: string;
  private readonly child: ChildProcess;
  private output = '';
  private readonly ended: Promise<void>;

  constructor(options: ServerCommand) {
    this.name = options.name;
    this.child = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-OUTPUT_KEPT);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', (error) => {
        keep(Buffer.from(error.message));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The last lines it wrote. */
  get log(): string {
    return this.output;
  }

  /** Resolves when `probe` does; throws with the last output when the process ends or `ms` pass before. */
  async until(probe: () => Promise<boolean>, ms = 120_000): Promise<this> {
    const deadline = Date.now() + ms;
    while (!(await probe().catch(() => false))) {
      if (!this.running) throw new Error(`${this.name} ended before it was ready:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`${this.name} was not ready in ${ms} ms:\n${this.output}`);
      await sleep(50);
    }
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.child.kill(signal);
  }

  /** Sends the signal and waits for the end; a process that stays is killed after `ms`. */
  async end(signal: NodeJS.Signals = 'SIGTERM', ms = 20_000): Promise<void> {
    if (!this.running) return;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), ms);
    await this.ended;
    clearTimeout(timer);
  }
}
