import {
  assertSchemaCompatibility,
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  Queue,
  type QueueOptions,
  type RedisQueueBackend,
  runMigrations,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { PostgresWakeBus } from './wake/postgres-wake-bus.js';
import { RedisWakeBus } from './wake/redis-wake-bus.js';
import type { WakeBus } from './wake/wake-bus.js';

/** Where queues live: Redis when it is configured, else the same PostgreSQL as everything else. */
export type QueueBackendSettings = { redisUrl: string } | { databaseUrl: string };

/** Schema of BullMQ's own tables. */
const SCHEMA = 'bullmq';
/** Connections of one queue or worker object; each also holds one for LISTEN. */
const POOL_SIZE = 3;

/**
 * Makes BullMQ queues and workers over one backend. Close it after everything it made.
 * On PostgreSQL no QueueEvents are used anywhere: there they miss wake-ups (docs/decisions.md).
 */
export class QueueBackend {
  private constructor(
    readonly kind: 'redis' | 'postgres',
    private readonly connection: () => unknown,
    private readonly closeConnections: () => Promise<void>,
    private readonly onError: (error: Error) => void,
    private readonly openWakeBus: (onError: (error: Error) => void) => WakeBus,
  ) {}

  /** Opens the backend; brings BullMQ's tables up to date. Throws when the server is away. */
  static async open(settings: QueueBackendSettings, onError: (error: Error) => void = () => {}): Promise<QueueBackend> {
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
        connection,
        async () => {
          for (const client of clients) client.disconnect();
        },
        onError,
        (onBusError) => new RedisWakeBus(settings.redisUrl, onBusError),
      );
    }
    const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 1 });
    pool.on('error', onError);
    try {
      const client = await pool.connect();
      try {
        await prepareSchema(client);
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
    return new QueueBackend(
      'postgres',
      connection,
      async () => {},
      onError,
      (onBusError) => new PostgresWakeBus(settings.databaseUrl, onBusError),
    );
  }

  queue<Data, Result>(name: string, options: Omit<QueueOptions, 'connection'>): Queue<Data, Result> {
    // BullMQ types its options by backend; the factory decides at run time which one it is.
    const merged = { ...options, connection: this.connection() } as QueueOptions;
    const queue: Queue<Data, Result> =
      this.kind === 'redis' ? new Queue(name, merged) : new Queue(name, merged, postgresFactory());
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
      ? new Worker(name, processor, merged)
      : new Worker(name, processor, merged, postgresFactory());
  }

  /** Wake-ups between processes on the same server; the caller closes it. */
  wakeBus(onError: (error: Error) => void = () => {}): WakeBus {
    return this.openWakeBus(onError);
  }

  /** Closes what BullMQ leaves to its caller. */
  close(): Promise<void> {
    return this.closeConnections();
  }
}

/** Brings BullMQ's tables up to date, or, as a role that may not, makes sure that somebody did. */
async function prepareSchema(client: pg.PoolClient): Promise<void> {
  try {
    await runMigrations(client, SCHEMA);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    await assertSchemaCompatibility(client, SCHEMA);
  }
}

/** BullMQ's types are Redis-first: the classes behave the same over either backend. */
function postgresFactory(): BackendFactory<RedisQueueBackend, ConnectionOptions> {
  return createPostgresBackend as unknown as BackendFactory<RedisQueueBackend, ConnectionOptions>;
}
