import type { Queue, Worker } from 'bullmq';
import type { QueueBackend } from './backend.js';

interface Wake {
  chatId: string;
}

/**
 * Tells the processes that serve a topic (`turns`, or the target of an outbox lane) that a chat has something for them.
 * A lost wake-up costs time, never a message: every reader also sweeps its database.
 */
export class WakeBus {
  private readonly queues = new Map<string, Queue<Wake>>();
  private readonly workers: Worker<Wake>[] = [];

  constructor(
    private readonly backend: QueueBackend,
    private readonly onError: (error: Error) => void = () => {},
  ) {}

  /** Wakes one process that serves the topic. Never throws. */
  async publish(topic: string, chatId: string): Promise<void> {
    try {
      let queue = this.queues.get(topic);
      if (!queue) {
        queue = this.backend.queue<Wake, unknown>(nameOf(topic), {}) as Queue<Wake>;
        this.queues.set(topic, queue);
      }
      await queue.add('wake', { chatId }, { removeOnComplete: true, removeOnFail: true, attempts: 1 });
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** This process serves the topic. */
  async subscribe(topic: string, handler: (chatId: string) => void): Promise<void> {
    const worker = this.backend.worker<Wake, unknown>(
      nameOf(topic),
      async (job) => {
        handler(job.data.chatId);
        return null;
      },
      { concurrency: 32 },
    ) as Worker<Wake>;
    worker.on('error', (error: Error) => this.onError(error));
    this.workers.push(worker);
    await worker.waitUntilReady();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }
}

function nameOf(topic: string): string {
  return `wake-${topic}`;
}
