import type { Queue, Worker } from 'bullmq';
import type { QueueBackend } from './backend.js';

const QUEUE = 'wake';

interface Wake {
  chatId: string;
}

/**
 * Tells core processes that a chat has something to read. Inside the process that runs turns it is a function call;
 * between processes it travels through BullMQ. A lost wake-up costs time, never a message: the sweep finds the chat.
 */
export class WakeBus {
  private queue: Queue<Wake> | null = null;
  private worker: Worker<Wake> | null = null;
  private local: ((chatId: string) => void) | null = null;

  constructor(
    private readonly backend: QueueBackend,
    private readonly onError: (error: Error) => void = () => {},
  ) {}

  /** Wakes the chat in this process when it runs turns, else in one that does. Never throws. */
  async publish(chatId: string): Promise<void> {
    if (this.local) {
      this.local(chatId);
      return;
    }
    try {
      this.queue ??= this.backend.queue<Wake, unknown>(QUEUE, {}) as Queue<Wake>;
      await this.queue.add('wake', { chatId }, { removeOnComplete: true, removeOnFail: true, attempts: 1 });
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** This process runs turns: wake-ups of others arrive at the handler too. */
  async subscribe(handler: (chatId: string) => void): Promise<void> {
    this.local = handler;
    this.worker = this.backend.worker<Wake, unknown>(
      QUEUE,
      async (job) => {
        handler(job.data.chatId);
        return null;
      },
      { concurrency: 32 },
    ) as Worker<Wake>;
    this.worker.on('error', (error: Error) => this.onError(error));
    await this.worker.waitUntilReady();
  }

  async close(): Promise<void> {
    await this.worker?.close();
    await this.queue?.close();
  }
}
