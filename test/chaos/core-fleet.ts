import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { build } from '../../ci/build.mjs';

/** Core processes that are killed and replaced. */
export class CoreFleet {
  kills = 0;
  stops = 0;
  readonly outcomes = new Map<string, number>();
  readonly failures: string[] = [];
  readonly #children: ChildProcess[] = [];

  constructor(
    private readonly size: number,
    private readonly env: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    await build();
    await Promise.all(Array.from({ length: this.size }, (_, index) => this.#spawn(index)));
  }

  /** SIGKILL; a new process takes the place. */
  async kill(index: number): Promise<void> {
    const child = this.#children[index]!;
    this.kills += 1;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await this.#spawn(index);
  }

  /** SIGSTOP for `ms`, then SIGCONT: longer than the lease, so the process wakes up with a lost one. */
  async freeze(index: number, ms: number): Promise<void> {
    const child = this.#children[index]!;
    this.stops += 1;
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(
        (child) =>
          new Promise((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
            child.once('exit', resolve);
            child.kill('SIGKILL');
          }),
      ),
    );
  }

  async #spawn(index: number): Promise<void> {
    const root = path.resolve(import.meta.dirname, '..', '..');
    const child = fork(path.join(root, 'dist/test/chaos/core-process.js'), {
      env: { ...process.env, ...this.env, NODE_OPTIONS: '' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#children[index] = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error('a core process ended before it was ready')));
      child.on('message', (message: { ready?: true; turn?: string; send?: string; failure?: string }) => {
        if (message.ready) resolve();
        if (message.failure) this.failures.push(message.failure);
        const outcome = message.turn ? `turn ${message.turn}` : message.send ? `send ${message.send}` : undefined;
        if (outcome) this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
      });
    });
  }
}
