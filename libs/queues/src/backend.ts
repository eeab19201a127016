import type * as BullMq from 'bullmq';
import type { Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type QueueBackendSettings, type WakeBackend, wakeBackend } from './wake/wake-backend.js';
import type { WakeBus } from './wake/wake-bus.js';

/** Schema of BullMQ's own tables. */
const SCHEMA = 'bullmq';
/** Connections of one queue or worker object; each also holds one for LISTEN. */
const POOL_SIZE = 3;

/**
 * Makes BullMQ queues and workers over one backend. Close it after everything it made.
 * On PostgreSQL no QueueEvents are used anywhere: there they miss wake-ups (docs/decisions.md).
 */
export class QueueBackend implements WakeBackend {
  private constructor(
    readonly kind: 'redis' | 'postgres',
    /** Loaded when a backend is opened: processes that are only woken do without. */
    readonly bullmq: typeof BullMq,
    private readonly connection: () => unknown,
    private readonly closeConnections: () => Promise<void>,
    private readonly onError: (error: Error) => void,
    private readonly wakes: WakeBackend,
  ) {}

  /** Opens the backend; brings BullMQ's tables up to date. Throws when the server is away. */
  static async open(settings: QueueBackendSettings, onError: (error: Error) => void = () => {}): Promise<QueueBackend> {
    const bullmq = await import('bullmq');
    const wakes = wakeBackend(settings);
    if ('redisUrl' in settings) {
      const clients: Redis[] = [];
      const connection = () => {
        // Workers block on their connection, so each gets its own; commands wait for a reconnect instead of failing.
        const client = new Redis(settings.redisUrl, { maxRetriesPerRequest: null, enableReadyCheck: true });
        client.on('error', onError);
        clients.push(client);
        return client;
      };
      return new QueueBackend(
        'redis',
        bullmq,
        connection,
        async () => {
          for (const client of clients) client.disconnect();
        },
        onError,
        wakes,
      );
    }
    const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 1 });
    pool.on('error', onError);
    try {
      const client = await pool.connect();
      try {
        await prepareSchema(bullmq, client);
      } finally {
        client.release();
      }
    } finally {
      await pool.end();
    }
    const connection = () => ({
      connectionString: settings.databaseUrl,
      max: POOL_SIZE,
      schema: SCHEMA,
      skipMigrations: true,
    });
    return new QueueBackend('postgres', bullmq, connection, async () => {}, onError, wakes);
  }

  queue<Data, Result>(name: string, options: Omit<QueueOptions, 'connection'>): Queue<Data, Result> {
    // BullMQ types its options by backend; the factory decides at run time which one it is.
    const merged = { ...options, connection: this.connection() } as QueueOptions;
    const queue: Queue<Data, Result> =
      this.kind === 'redis'
        ? new this.bullmq.Queue(name, merged)
        : new this.bullmq.Queue(name, merged, this.postgresFactory());
    // Without a listener BullMQ prints to the console by itself.
    queue.on('error', this.onError);
    return queue;
  }

  worker<Data, Result>(
    name: string,
    processor: ConstructorParameters<typeof Worker<Data, Result>>[1],
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<Data, Result> {
    const merged = { ...options, connection: this.connection() } as WorkerOptions;
    return this.kind === 'redis'
      ? new this.bullmq.Worker(name, processor, merged)
      : new this.bullmq.Worker(name, processor, merged, this.postgresFactory());
  }

  /** Wake-ups between processes on the same server; the caller closes it. */
  wakeBus(onError: (error: Error) => void = () => {}): WakeBus {
    return this.wakes.wakeBus(onError);
  }

  /** Closes what BullMQ leaves to its caller. */
  close(): Promise<void> {
    return this.closeConnections();
  }

  /** BullMQ's types are Redis-first: the classes behave the same over either backend. */
  private postgresFactory(): BullMq.BackendFactory<BullMq.RedisQueueBackend, BullMq.ConnectionOptions> {
    const { createPostgresBackend } = this.bullmq;
    return createPostgresBackend as unknown as BullMq.BackendFactory<
      BullMq.RedisQueueBackend,
      BullMq.ConnectionOptions
    >;
  }
}

/** Brings BullMQ's tables up to date, or, as a role that may not, makes sure that somebody did. */
async function prepareSchema(bullmq: typeof BullMq, client: pg.PoolClient): Promise<void> {
  try {
    await bullmq.runMigrations(client, SCHEMA);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    await bullmq.assertSchemaCompatibility(client, SCHEMA);
  }
}
