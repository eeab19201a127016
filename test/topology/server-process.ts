import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const OUTPUT_KEPT = 8_000;
/** Kernel clock ticks a second in /proc/<pid>/stat: fixed at 100 for user space on Linux. */
const TICKS_PER_SECOND = 100;

export interface ServerCommand {
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** A server started as a process of its own: waits until it answers, measures it, ends it. */
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
  async until(probe: () => Promise<boolean>, ms = 60_000): Promise<this> {
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

  /** CPU seconds used so far and resident memory, bytes, of this process without its children. */
  usage(): { cpuSeconds: number; residentBytes: number } {
    return usageOf(this.pid);
  }
}

/** CPU seconds used so far and resident memory, bytes, of a process; zeros when it is gone. */
export function usageOf(pid: number): { cpuSeconds: number; residentBytes: number } {
  try {
    // The name in parentheses may hold spaces: fields are counted after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      residentBytes: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024,
    };
  } catch {
    return { cpuSeconds: 0, residentBytes: 0 };
  }
}
