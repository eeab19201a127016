import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What the account has, as the process that simulates it tells. */
export interface AmocrmReport {
  /** When each request came, both systems together, ms, ascending. */
  arrivals: number[];
  /** Requests answered 429 or 403. */
  refusedForRate: number;
  /** Messages in the order they were taken; `id` is ours. */
  chats: { chatId: string; messages: { id: string; text: string }[] }[];
  leads: number;
}

/** A simulated amoCRM account in a process of its own. */
export class AmocrmAccount {
  private constructor(
    private readonly child: ChildProcess,
    /** Variables that connect our processes to it. */
    readonly environment: Record<string, string>,
  ) {}

  static async start(): Promise<AmocrmAccount> {
    const child = fork(path.join(import.meta.dirname, 'amocrm-server.js'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [environment] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    if (typeof environment !== 'object' || environment === null) throw new Error('the simulated amoCRM did not start');
    return new AmocrmAccount(child, environment as Record<string, string>);
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  async report(): Promise<AmocrmReport> {
    const answer = once(this.child, 'message');
    this.child.send('report');
    const [report] = (await Promise.race([answer, once(this.child, 'exit')])) as [unknown];
    if (typeof report !== 'object' || report === null) throw new Error('the simulated amoCRM has ended');
    return report as AmocrmReport;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
