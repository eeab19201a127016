import { type ChatSettings, type Chats, createChats, readDraft, type TurnHandler, writeDraft } from '#libs/chats';
import type { OpenedPlatform } from '#libs/platform';
import {
  CHANGED,
  DRAFT,
  QueueBackend,
  type QueueBackendSettings,
  type WakeBackend,
  type WakeBus,
  wakeBackend,
} from '#libs/queues';
import { observeChats } from './chat-observer.js';
import { PacedWakes } from './paced-wakes.js';

const GAUGE_MS = 5_000;
/** A turn that lasts longer than this is shown as typing to readers of other processes. */
const LONG_TURN_MS = 300;
/** Targets no client waits for: what they are woken for may come a moment later. */
const UNHURRIED: ReadonlySet<string> = new Set(['crm']);
/** Between looks of readers who are told of changes by the bus. */
const LOOK_MS = 3_000;

export interface ChatsHostOptions {
  /** Whether a CRM is configured: messages are mirrored to the target `crm`. */
  crm: boolean;
  /** The only process of its database: everything happens here and nobody else has to be told. */
  alone?: boolean;
  /** Leases, sweeps and limits other than the product's, for tests that cannot wait for them. */
  settings?: Partial<ChatSettings>;
}

/**
 * Chats in one process of several: what this process serves itself is woken by a function call, the rest over the bus.
 * A process declares its roles (`serveTurns`, senders registered with the outbox) and then calls `start`.
 */
export class ChatsHost<Backend extends WakeBackend = QueueBackend> {
  readonly chats: Chats;
  private readonly bus: WakeBus;
  private readonly alone: boolean;
  private runsTurns = false;
  private hasReaders = false;

  constructor(
    private readonly platform: OpenedPlatform,
    readonly backend: Backend,
    options: ChatsHostOptions,
  ) {
    const { config, logger, metrics, pool, shutdown } = platform;
    this.bus = backend.wakeBus((error) => logger.warn({ err: error }, 'a wake-up was not passed on'));
    this.alone = options.alone ?? false;
    this.chats = createChats(
      pool,
      {
        quietMs: config.turns.quietWindowMs,
        quietMaxMs: config.turns.quietWindowMaxMs,
        concurrency: config.turns.concurrency,
        crm: options.crm,
        lookMs: LOOK_MS,
        managerSilenceMs: config.turns.managerSilenceReturnMinutes * 60_000,
        managerReminderMs: config.managers.reminderMinutes * 60_000,
        clientWaitMs: config.managers.clientWaitMinutes * 60_000,
        ...options.settings,
      },
      observeChats(metrics, logger),
      platform.tracing,
    );
    shutdown.add('wake bus', () => this.bus.close());
  }

  /** This process runs turns. */
  serveTurns(handler: TurnHandler): void {
    const opened = this.chats.createRunner(handler);
    this.runsTurns = true;
    this.platform.shutdown.add('turn runner', async () => (await opened).stop());
    this.onStart.push(async () => {
      const runner = await opened;
      runner.start();
      if (!this.alone) await this.bus.subscribe('turns', (chatId) => runner.wake(chatId));
    });
  }

  /** Clients of this process read along: they are told at once what other processes change. */
  serveReaders(): void {
    this.hasReaders = true;
  }

  private readonly onStart: (() => Promise<void>)[] = [];

  /** Begins serving the declared roles and forwarding the wake-ups of all others. */
  async start(): Promise<void> {
    const { outbox, store } = this.chats;
    const targets = new Set(outbox.targets);
    if (!this.alone) await this.joinOthers(targets);
    for (const step of this.onStart) await step();
    if (targets.size > 0) {
      outbox.start();
      this.platform.shutdown.add('outbox', () => outbox.stop());
    }
    const { metrics, logger, shutdown } = this.platform;
    const gauges = setInterval(() => {
      store.lag().then(
        (lag) => {
          metrics.inboxLagSeconds.set(lag.inboxLagSeconds);
          metrics.outboxLagSeconds.reset();
          for (const [target, seconds] of Object.entries(lag.outboxLagSeconds))
            metrics.outboxLagSeconds.set({ target }, seconds);
          metrics.deadLetters.set({ kind: 'all' }, lag.deadLetters);
        },
        (error: unknown) => logger.warn({ err: error }, 'the lag could not be read'),
      );
    }, GAUGE_MS);
    gauges.unref();
    shutdown.add('gauges', () => clearInterval(gauges));
  }

  /** Passes on what others serve or show, and hears what they pass on. */
  private async joinOthers(targets: ReadonlySet<string>): Promise<void> {
    const { signals, outbox } = this.chats;
    const paced = new PacedWakes((target, chatId) => this.bus.publish(target, chatId));
    this.platform.shutdown.add('paced wake-ups', () => paced.flush());
    signals.on('ingested', (chatId) => {
      if (!this.runsTurns) this.bus.publish('turns', chatId);
    });
    signals.on('outbox', (chatId, target) => {
      if (targets.has(target)) return;
      if (UNHURRIED.has(target)) paced.add(target, chatId);
      else this.bus.publish(target, chatId);
    });
    signals.on('changed', (chatId, elsewhere) => {
      if (!elsewhere) this.bus.publish(CHANGED, chatId);
    });
    const longTurns = new Map<string, NodeJS.Timeout>();
    signals.on('typing', (chatId, on) => {
      clearTimeout(longTurns.get(chatId));
      longTurns.delete(chatId);
      if (on) longTurns.set(chatId, setTimeout(() => this.bus.publish(CHANGED, chatId), LONG_TURN_MS).unref());
    });
    signals.on('draft', (draft, elsewhere) => {
      const line = elsewhere ? null : writeDraft(draft);
      if (line !== null) this.bus.publish(DRAFT, line);
    });
    if (this.hasReaders) {
      await this.bus.subscribe(CHANGED, (chatId) => signals.emit('changed', chatId, true));
      await this.bus.subscribe(DRAFT, (line) => {
        const draft = readDraft(line);
        if (draft) signals.emit('draft', draft, true);
      });
    }
    for (const target of targets) await this.bus.subscribe(target, (chatId) => outbox.wake(chatId, target));
  }
}

/** Opens the queues of a process on Redis or PostgreSQL and has them closed with it. */
export async function openQueues(platform: OpenedPlatform): Promise<QueueBackend> {
  const { logger, shutdown } = platform;
  const onError = (error: Error) => logger.warn({ err: error }, 'the queue server does not answer');
  const backend = await QueueBackend.open(queueSettings(platform), onError);
  shutdown.add('queues', () => backend.close());
  return backend;
}

/** Wake-ups over the same server, for a process without queues: it starts without BullMQ. */
export function openWakeUps(platform: OpenedPlatform): WakeBackend {
  return wakeBackend(queueSettings(platform));
}

function queueSettings({ config, databaseUrl }: OpenedPlatform): QueueBackendSettings {
  const { redisUrl } = config.queues;
  return redisUrl ? { redisUrl } : { databaseUrl };
}
