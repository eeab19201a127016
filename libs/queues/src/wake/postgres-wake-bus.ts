import pg from 'pg';
import { WakeBatch } from './wake-batch.js';
import type { WakeBus } from './wake-bus.js';

const CHANNEL = 'wewall_wake';
/** PostgreSQL refuses payloads of 8,000 bytes and more. */
const PAYLOAD_BYTES = 7_000;
const RECONNECT_MS = 1_000;

/**
 * Wake-ups over NOTIFY, for several processes without Redis. A notification is a transaction of its own and carries many
 * chats: a turn or an ingest that notified by itself would take the database-wide lock of NOTIFY at its commit. Every
 * subscribed process hears of every chat; who runs a turn is decided by the claim.
 */
export class PostgresWakeBus implements WakeBus {
  private client: pg.Client | undefined;
  private readonly handlers = new Map<string, (note: string) => void>();
  private readonly batch = new WakeBatch((topic, notes) => this.send(topic, notes));
  private connecting: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly databaseUrl: string,
    private readonly onError: (error: Error) => void,
  ) {}

  publish(topic: string, note: string): void {
    if (!this.closed) this.batch.add(topic, note);
  }

  async subscribe(topic: string, handler: (note: string) => void): Promise<void> {
    this.handlers.set(topic, handler);
    if (this.client) await this.client.query(`listen ${CHANNEL}`);
    else await this.connected();
  }

  async close(): Promise<void> {
    this.batch.flush();
    this.closed = true;
    clearTimeout(this.retry);
    await this.connecting?.catch(() => {});
    await this.client?.end();
  }

  private send(topic: string, notes: string[]): void {
    this.notify(topic, notes).catch((error: unknown) => this.onError(asError(error)));
  }

  private async notify(topic: string, notes: string[]): Promise<void> {
    await this.connected();
    let payload = topic;
    const flush = () => this.client?.query('select pg_notify($1, $2)', [CHANNEL, payload]);
    for (const note of notes) {
      if (Buffer.byteLength(payload) + Buffer.byteLength(note) > PAYLOAD_BYTES) {
        await flush();
        payload = topic;
      }
      payload += `\n${note}`;
    }
    await flush();
  }

  /** One connection both speaks and listens; a broken one is replaced. */
  private connected(): Promise<void> {
    if (this.client) return Promise.resolve();
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'wewall-wake',
      keepAlive: true,
    });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload = '', processId }) => {
      if (processId === ownProcess(client)) return;
      const [topic = '', ...notes] = payload.split('\n');
      const handler = this.handlers.get(topic);
      if (handler) for (const note of notes) handler(note);
    });
    await client.connect();
    if (this.handlers.size > 0) await client.query(`listen ${CHANNEL}`);
    this.client = client;
  }

  private lost(client: pg.Client, error?: Error): void {
    if (this.client !== client) return;
    this.client = undefined;
    if (this.closed) return;
    this.onError(error ?? new Error('the connection that carries wake-ups was closed'));
    // Who only speaks connects again when there is something to say.
    if (this.handlers.size > 0) this.listenAgain();
  }

  private listenAgain(): void {
    this.retry = setTimeout(() => {
      this.connected().catch((error: unknown) => {
        this.onError(asError(error));
        if (!this.closed) this.listenAgain();
      });
    }, RECONNECT_MS);
  }
}

/** The server's process that serves the connection: it marks its own notifications. pg has it, its types do not. */
function ownProcess(client: pg.Client): number | null {
  return (client as pg.Client & { processID: number | null }).processID;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
