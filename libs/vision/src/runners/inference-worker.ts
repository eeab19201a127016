import { type HostIsolation, openHost } from './host-connection.js';
import type { InferenceReply, InferenceTask, PlainTensor } from './inference-messages.js';

/** The host went away before it answered, or was sent away at its deadline. */
export class HostLostError extends Error {
  override readonly name = 'HostLostError';

  constructor(
    readonly reason: 'deadline' | 'exit',
    message: string,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve: (reply: InferenceReply & { ok: true }) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** One host and the models it holds. Does one thing at a time; the runner sees to that. */
export class InferenceWorker {
  /** Loaded versions, with when each was last used. */
  readonly loaded = new Map<string, number>();
  private readonly idleTimers = new Map<string, NodeJS.Timeout>();
  /** What its host uses, bytes; with threads that of the whole process. */
  rssBytes = 0;
  busy = false;
  gone = false;
  private readonly host;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  constructor(
    isolation: HostIsolation,
    /** Called once when the host cannot be used any more. */
    private readonly onGone: () => void,
  ) {
    this.host = openHost(isolation);
    this.host.onReply = (reply) => this.settle(reply);
    this.host.onExit = (reason) => this.lose(new HostLostError('exit', reason));
  }

  async load(task: Omit<InferenceTask & { kind: 'load' }, 'kind'>, deadlineMs: number): Promise<number> {
    return (await this.ask({ kind: 'load', ...task }, deadlineMs)).ms;
  }

  /** Throws HostLostError, or an Error with what the runtime said. */
  async run(
    model: string,
    inputs: Record<string, PlainTensor>,
    deadlineMs: number,
  ): Promise<{ outputs: Record<string, PlainTensor>; ms: number }> {
    const { outputs = {}, ms } = await this.ask({ kind: 'run', model, inputs }, deadlineMs);
    return { outputs, ms };
  }

  /** Of its host, when that is a process. */
  get pid(): number | undefined {
    return this.host.pid;
  }

  /** Notes that the model is in use now; calls back when it has not been for so long (0 = never). */
  touch(model: string, idleMs: number, onIdle: () => void): void {
    this.loaded.set(model, performance.now());
    const timer = this.idleTimers.get(model);
    if (timer) timer.refresh();
    else if (idleMs > 0) this.idleTimers.set(model, setTimeout(onIdle, idleMs).unref());
  }

  /** Takes back the place of a model that could not be loaded. */
  forget(model: string): void {
    this.loaded.delete(model);
    clearTimeout(this.idleTimers.get(model));
    this.idleTimers.delete(model);
  }

  async release(model: string, deadlineMs: number): Promise<void> {
    this.forget(model);
    await this.ask({ kind: 'release', model }, deadlineMs);
  }

  /** Ends the host; resolves when it has ended, a thread after the run it is in. */
  async end(): Promise<void> {
    this.lose(new HostLostError('exit', 'the runner was closed'));
    await this.host.ended;
  }

  private ask(task: InferenceTask, deadlineMs: number): Promise<InferenceReply & { ok: true }> {
    if (this.gone) return Promise.reject(new HostLostError('exit', 'the host is gone'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.lose(new HostLostError('deadline', `no answer in ${deadlineMs} ms`)),
        deadlineMs,
      );
      this.waiting.set(id, { resolve, reject, timer });
      this.host.post({ id, ...task });
    });
  }

  private settle(reply: InferenceReply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    this.rssBytes = reply.rssBytes;
    if (reply.ok) waiting.resolve(reply);
    else waiting.reject(new Error(reply.reason));
  }

  private lose(error: HostLostError): void {
    if (this.gone) return;
    this.gone = true;
    for (const model of [...this.loaded.keys()]) this.forget(model);
    this.host.kill();
    this.onGone();
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.waiting.clear();
  }
}
