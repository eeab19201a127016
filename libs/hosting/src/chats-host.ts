import { type ChatSettings, type Chats, createChats, type TurnHandler } from '#libs/chats';
import type { OpenedPlatform } from '#libs/platform';
import { QueueBackend, WakeBus } from '#libs/queues';
import { observeChats } from './chat-observer.js';

const GAUGE_MS = 5_000;

export interface ChatsHostOptions {
  /** Whether a CRM is configured: messages are mirrored to the target `crm`. */
  crm: boolean;
  /** Leases, sweeps and limits other than the product's, for tests that cannot wait for them. */
  settings?: Partial<ChatSettings>;
}

/**
 * Chats in one process of several: what this process serves itself is woken by a function call, the rest by BullMQ.
 * A process declares its roles (`serveTurns`, senders registered with the outbox) and then calls `start`.
 */
export class ChatsHost {
  readonly chats: Chats;
  private readonly bus: WakeBus;
  private runsTurns = false;

  constructor(
    private readonly platform: OpenedPlatform,
    readonly backend: QueueBackend,
    options: ChatsHostOptions,
  ) {
    const { config, logger, metrics, pool, shutdown } = platform;
    this.bus = new WakeBus(backend, (error) => logger.warn({ err: error }, 'a wake-up was not passed on'));
    this.chats = createChats(
      pool,
      {
        quietMs: config.turns.quietWindowMs,
        quietMaxMs: config.turns.quietWindowMaxMs,
        concurrency: config.turns.concurrency,
        crm: options.crm,
        managerSilenceMs: config.turns.managerSilenceReturnMinutes * 60_000,
        ...options.settings,
      },
      observeChats(metrics, logger),
    );
    shutdown.add('wake bus', () => this.bus.close());
  }

  /** This process runs turns. */
  serveTurns(handler: TurnHandler): void {
    const runner = this.chats.createRunner(handler);
    this.runsTurns = true;
    this.platform.shutdown.add('turn runner', () => runner.stop());
    this.onStart.push(async () => {
      runner.start();
      await this.bus.subscribe('turns', (chatId) => runner.wake(chatId));
    });
  }

  private readonly onStart: (() => Promise<void>)[] = [];

  /** Begins serving the declared roles and forwarding the wake-ups of all others. */
  async start(): Promise<void> {
    const { signals, outbox, store } = this.chats;
    const targets = new Set(outbox.targets);
    signals.on('ingested', (chatId) => {
      if (!this.runsTurns) void this.bus.publish('turns', chatId);
    });
    signals.on('outbox', (chatId, target) => {
      if (!targets.has(target)) void this.bus.publish(target, chatId);
    });
    for (const step of this.onStart) await step();
    for (const target of targets) await this.bus.subscribe(target, (chatId) => outbox.wake(chatId, target));
    if (targets.size > 0) {
      outbox.start();
      this.platform.shutdown.add('outbox', () => outbox.stop());
    }
    const { metrics, logger, shutdown } = this.platform;
    const gauges = setInterval(() => {
      store.lag().then(
        (lag) => {
          metrics.inboxLagSeconds.set(lag.inboxLagSeconds);
          metrics.outboxLagSeconds.set({ target: 'all' }, lag.outboxLagSeconds);
          metrics.deadLetters.set({ kind: 'all' }, lag.deadLetters);
        },
        (error: unknown) => logger.warn({ err: error }, 'the lag could not be read'),
      );
    }, GAUGE_MS);
    gauges.unref();
    shutdown.add('gauges', () => clearInterval(gauges));
  }
}

/** Opens the queues of a process on Redis or PostgreSQL and has them closed with it. */
export async function openQueues(platform: OpenedPlatform): Promise<QueueBackend> {
  const { config, databaseUrl, logger, shutdown } = platform;
  const onError = (error: Error) => logger.warn({ err: error }, 'the queue server does not answer');
  const { redisUrl } = config.queues;
  const backend = await QueueBackend.open(redisUrl ? { redisUrl } : { databaseUrl }, onError);
  shutdown.add('queues', () => backend.close());
  return backend;
}
