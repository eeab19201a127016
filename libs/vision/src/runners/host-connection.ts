import { type ChildProcess, fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { compiledFile } from '../compiled-file.js';
import type { InferenceReply, InferenceRequest } from './inference-messages.js';

/**
 * Where inference happens. `process`: a child process each: it can be killed in the middle of a run, a crash in native code takes
 * nothing else with it, and what is released goes back to the system. `thread`: a worker thread: cheaper messages and about
 * 70 MB less a host, but ending a thread inside `session.run` aborts the whole process (onnxruntime 1.30), so a thread past its
 * deadline is only abandoned until it ends by itself, and released memory stays with the process.
 */
export type HostIsolation = 'process' | 'thread';

/** One end of a running host. */
export interface HostConnection {
  post(request: InferenceRequest): void;
  /** Called once, when the host is gone for whatever reason. */
  onExit: (reason: string) => void;
  onReply: (reply: InferenceReply) => void;
  /** Gets rid of it at once, whatever it is doing. A thread is left alone instead and ends with its run. */
  kill(): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Of a process of its own. */
  readonly pid?: number | undefined;
}

const HOST_FILE = compiledFile('runners/inference-host');

/** Large blocks go back to the system when they are freed (glibc keeps them otherwise); nothing of our environment is handed on. */
const HOST_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '262144',
};

export function openHost(isolation: HostIsolation): HostConnection {
  return isolation === 'process' ? new ProcessHost() : new ThreadHost();
}

class ProcessHost implements HostConnection {
  onExit: HostConnection['onExit'] = () => {};
  onReply: HostConnection['onReply'] = () => {};
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  constructor() {
    this.child = fork(HOST_FILE, {
      env: HOST_ENVIRONMENT,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (reply) => this.onReply(reply as InferenceReply));
    this.ended = new Promise((resolve) => {
      const gone = (reason: string) => {
        this.onExit(reason);
        resolve();
      };
      this.child.once('exit', (code, signal) => gone(`the process ended with ${signal ?? code}`));
      this.child.once('error', (error) => gone(error.message));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  post(request: InferenceRequest): void {
    // A message to a process that is just dying is lost; its exit tells.
    if (this.child.connected) this.child.send(request, () => {});
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

class ThreadHost implements HostConnection {
  onExit: HostConnection['onExit'] = () => {};
  onReply: HostConnection['onReply'] = () => {};
  readonly ended: Promise<void>;
  private readonly worker = new Worker(HOST_FILE, { execArgv: [] });

  constructor() {
    this.worker.on('message', (reply: InferenceReply) => this.onReply(reply));
    this.ended = new Promise((resolve) => {
      let reason = 'the thread ended';
      this.worker.once('error', (error) => {
        reason = error.message;
      });
      this.worker.once('exit', () => {
        this.onExit(reason);
        resolve();
      });
    });
  }

  post(request: InferenceRequest): void {
    this.worker.postMessage(request);
  }

  kill(): void {
    this.worker.unref();
    this.worker.postMessage({ id: 0, kind: 'end' } satisfies InferenceRequest);
  }
}
