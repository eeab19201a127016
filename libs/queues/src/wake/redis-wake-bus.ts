import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { WakeBatch } from './wake-batch.js';
import { BROADCAST, type WakeBus } from './wake-bus.js';

const PREFIX = 'wewall:wake:';
/** Wake-ups kept for a topic that nobody serves; older ones are found by its sweep. */
const KEPT = 10_000;
/** Wake-ups taken at once. */
const TAKEN = '64';
/** How long one look at an empty list lasts, s. */
const LOOK_SECONDS = '5';
const RETRY_MS = 500;

/** Wake-ups over Redis: a list a topic, taken by whichever process serves it; CHANGED and DRAFT by publish/subscribe. */
export class RedisWakeBus implements WakeBus {
  /** Tells what this process said itself. */
  private readonly self = randomUUID();
  private readonly commands: Redis;
  private readonly readers: Redis[] = [];
  private readonly serving: Promise<void>[] = [];
  private readonly batch = new WakeBatch((topic, notes) => this.send(topic, notes));
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly onError: (error: Error) => void,
  ) {
    // For a server that is away little is kept: the wake-up is stale when it is back, the sweep has found the chat.
    this.commands = this.connect({ maxRetriesPerRequest: 0 });
  }

  publish(topic: string, note: string): void {
    if (!this.closed) this.batch.add(topic, note);
  }

  async subscribe(topic: string, handler: (note: string) => void): Promise<void> {
    const reader = this.connect({ maxRetriesPerRequest: null });
    this.readers.push(reader);
    if (BROADCAST.has(topic)) {
      reader.on('message', (_channel, message: string) => {
        const [sender, ...notes] = message.split('\n');
        if (sender !== this.self) for (const note of notes) handler(note);
      });
      await reader.subscribe(PREFIX + topic);
      return;
    }
    this.serving.push(this.serve(reader, topic, handler));
  }

  async close(): Promise<void> {
    this.batch.flush();
    this.closed = true;
    for (const reader of this.readers) reader.disconnect();
    await Promise.all(this.serving);
    await this.commands.quit().catch(() => this.commands.disconnect());
  }

  private async serve(reader: Redis, topic: string, handler: (note: string) => void): Promise<void> {
    while (!this.closed) {
      try {
        const taken = await reader.blmpop(LOOK_SECONDS, 1, PREFIX + topic, 'LEFT', 'COUNT', TAKEN);
        for (const note of taken?.[1] ?? []) handler(note);
      } catch (error) {
        if (this.closed) return;
        this.onError(asError(error));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private send(topic: string, notes: string[]): void {
    const sent = BROADCAST.has(topic)
      ? this.commands.publish(PREFIX + topic, [this.self, ...notes].join('\n'))
      : this.commands
          .pipeline()
          .rpush(PREFIX + topic, ...notes)
          .ltrim(PREFIX + topic, -KEPT, -1)
          .exec();
    sent.catch((error: unknown) => this.onError(asError(error)));
  }

  private connect(options: { maxRetriesPerRequest: number | null }): Redis {
    const client = new Redis(this.url, options);
    client.on('error', this.onError);
    return client;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
