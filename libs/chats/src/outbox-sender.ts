import { noTracing, type Tracing } from '#libs/platform';
import type { ChatSignals } from './chat-signals.js';
import type { ChatsObserver, SendOutcome } from './observer.js';
import type { OutboxItem } from './outbox-item.js';
import type { LeasedItem, OutboxStore, Settlement } from './outbox-store.js';
import { SendRefusedError, SendRetryAfterError, SendUnavailableError } from './send-errors.js';
import { backoff, type ChatSettings } from './settings.js';

export type Reconciliation = { state: 'sent'; providerId?: string } | { state: 'absent' } | { state: 'unknown' };

/** Carries items of one target out of the house. */
export interface TargetSender {
  readonly target: string;
  /** Sends at once over all chats in this process; default 8. */
  readonly concurrency?: number;
  /**
   * What to do with an attempt of unknown outcome when `reconcile` cannot tell: `resend` where the target ignores a
   * repeated id, `park` where a repetition would be a second message to the client.
   */
  readonly unknownOutcome: 'resend' | 'park';
  /** Longest attempt in ms; shorter than the send lease. Default 15 000. */
  readonly timeoutMs?: number;
  /** Delivers the item; throws one of the errors of send-errors.ts. */
  send(item: OutboxItem, signal: AbortSignal): Promise<{ providerId?: string }>;
  /** Asks the target whether it has the item. */
  reconcile?(item: OutboxItem, signal: AbortSignal): Promise<Reconciliation>;
}

const SWEEP_LIMIT = 500;
/** A target with as many lanes waiting here as a sweep would bring is looked at by every 30th sweep only. */
const FULL_EVERY = 30;
const DEFAULT_TIMEOUT_MS = 15_000;
/** Pauses between tries to record an outcome while the database is away, ms. */
const SETTLE_PAUSE_MS = [50, 1_000] as const;

interface Lane {
  again: boolean;
}

interface TargetState {
  sender: TargetSender;
  ready: Map<string, true>;
  active: Map<string, Lane>;
}

/** Sends what the outbox holds: per chat and target strictly in order and one at a time, over all processes. */
export class OutboxSender {
  readonly #targets = new Map<string, TargetState>();
  readonly #work = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  #sweeper: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopping = false;
  #sweeps = 0;

  constructor(
    private readonly store: OutboxStore,
    private readonly signals: ChatSignals,
    private readonly settings: ChatSettings,
    private readonly observer: ChatsObserver = {},
    private readonly tracing: Tracing = noTracing,
  ) {}

  /** Targets this process sends for. */
  get targets(): string[] {
    return [...this.#targets.keys()];
  }

  /** Makes this process send for the target. Throws when it already has a sender or its timeout outlives the lease. */
  register(sender: TargetSender): void {
    if (this.#targets.has(sender.target)) throw new Error(`target ${sender.target} has a sender already`);
    if ((sender.timeoutMs ?? DEFAULT_TIMEOUT_MS) * 2 >= this.settings.sendLeaseMs) {
      throw new Error(`the timeout of target ${sender.target} must be shorter than half the send lease`);
    }
    this.#targets.set(sender.target, { sender, ready: new Map(), active: new Map() });
  }

  start(): void {
    this.#unsubscribe = this.signals.on('outbox', (chatId, target) => this.wake(chatId, target));
    this.#scheduleSweep();
  }

  /** Looks at the lane; unknown targets are left to the processes that serve them. */
  wake(chatId: string, target: string): void {
    const state = this.#targets.get(target);
    if (!state || this.#stopping) return;
    const lane = state.active.get(chatId);
    if (lane) lane.again = true;
    else state.ready.set(chatId, true);
    this.#pump(state);
  }

  /** Stops claiming and waits for sends in flight; after `graceMs` they are aborted, their outcome is then unknown. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    clearTimeout(this.#sweeper);
    for (const timer of this.#timers) clearTimeout(timer);
    const grace = setTimeout(() => this.#abort.abort(new Error('the process is stopping')), graceMs);
    await Promise.all(this.#work);
    clearTimeout(grace);
  }

  #pump(state: TargetState): void {
    for (const chatId of state.ready.keys()) {
      if (this.#stopping || state.active.size >= (state.sender.concurrency ?? 8)) return;
      state.ready.delete(chatId);
      const lane: Lane = { again: false };
      state.active.set(chatId, lane);
      const work = this.#drain(chatId, state.sender)
        .catch((error: unknown) => this.observer.failure?.({ where: `outbox ${state.sender.target}`, error }))
        .then(() => {
          state.active.delete(chatId);
          this.#work.delete(work);
          if (lane.again && !this.#stopping) state.ready.set(chatId, true);
          this.#pump(state);
        });
      this.#work.add(work);
    }
  }

  async #drain(chatId: string, sender: TargetSender): Promise<void> {
    while (!this.#stopping) {
      // Before the query: a process that is stopped between the answer and the send must not believe its lease young.
      const deadline = performance.now() + this.settings.sendLeaseMs - (sender.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const leased = await this.store.claim(chatId, sender.target);
      if (!leased) return;
      const started = performance.now();
      const { item } = leased;
      const attributes = { target: sender.target, type: item.body.type, attempt: item.attempt };
      const { settlement, outcome } = await this.tracing.span(
        'outbox.send',
        { parent: item.body.trace, attributes },
        async (span) => {
          if (span.traceparent !== undefined) item.trace = span.traceparent;
          const attempted = await this.#attempt(leased, sender, deadline);
          span.set({ outcome: attempted.outcome });
          const waited = attempted.settlement ? await this.#settle(leased, attempted.settlement) : null;
          if (waited !== null) this.observer.reply?.({ chatId, channel: item.channel, seconds: waited });
          return attempted;
        },
      );
      this.observer.send?.({
        chatId,
        id: leased.item.id,
        target: sender.target,
        outcome,
        ms: performance.now() - started,
      });
      if (!settlement) return;
      if (settlement.state === 'pending') {
        this.#later(chatId, sender.target, settlement.delayMs);
        return;
      }
      if (settlement.state === 'cancelled' || settlement.state === 'dead') this.signals.emit('changed', chatId);
    }
  }

  /**
   * Records the outcome, again and again while the database is away: one that is never recorded counts as unknown, and a row
   * of a target that cannot be asked would be parked for nothing. The token keeps a late record from doing harm.
   */
  async #settle(leased: LeasedItem, settlement: Settlement): Promise<number | null> {
    const deadline = performance.now() + this.settings.sendLeaseMs;
    for (let pause: number = SETTLE_PAUSE_MS[0]; ; pause = Math.min(pause * 2, SETTLE_PAUSE_MS[1])) {
      try {
        return await this.store.settle(leased, settlement);
      } catch (error) {
        if (this.#stopping || performance.now() + pause > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #attempt(
    leased: LeasedItem,
    sender: TargetSender,
    deadline: number,
  ): Promise<{ settlement: Settlement | null; outcome: SendOutcome }> {
    const { item } = leased;
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(sender.timeoutMs ?? DEFAULT_TIMEOUT_MS)]);
    try {
      if (leased.unknown) {
        const found: Reconciliation = (await sender.reconcile?.(item, signal)) ?? { state: 'unknown' };
        if (found.state === 'sent') return sent(found.providerId);
        if (found.state === 'unknown' && sender.unknownOutcome === 'park') {
          return { settlement: { state: 'dead', error: 'outcome-unknown' }, outcome: 'dead' };
        }
        if (leased.allowed && !(await this.store.stillAllowed(leased))) leased.allowed = false;
      }
      if (!leased.allowed) return { settlement: { state: 'cancelled' }, outcome: 'cancelled' };
      // The lease is too old to be sure of it: let it run out, whoever takes the row next reconciles it.
      if (performance.now() > deadline) return { settlement: null, outcome: 'unknown' };
      return sent((await sender.send(item, signal)).providerId);
    } catch (error) {
      return this.#failure(leased, sender, error);
    }
  }

  #failure(leased: LeasedItem, sender: TargetSender, error: unknown): { settlement: Settlement; outcome: SendOutcome } {
    const { item } = leased;
    if (error instanceof SendRefusedError) {
      return { settlement: { state: 'dead', error: `refused: ${error.code}` }, outcome: 'refused' };
    }
    if (error instanceof SendRetryAfterError) {
      const delayMs = error.retryAfterMs;
      return {
        settlement: { state: 'pending', delayMs, error: error.name, unknown: false, counts: false },
        outcome: 'retry',
      };
    }
    const unknown = !(error instanceof SendUnavailableError);
    const name = error instanceof Error ? error.name : 'unknown error';
    if (unknown && !sender.reconcile && sender.unknownOutcome === 'park') {
      return { settlement: { state: 'dead', error: `outcome-unknown: ${name}` }, outcome: 'dead' };
    }
    if (item.attempt >= this.settings.maxSendAttempts) {
      return { settlement: { state: 'dead', error: `attempts spent: ${name}` }, outcome: 'dead' };
    }
    const delayMs = backoff(item.attempt, this.settings);
    return {
      settlement: { state: 'pending', delayMs, error: name, unknown, counts: true },
      outcome: unknown ? 'unknown' : 'retry',
    };
  }

  #later(chatId: string, target: string, delayMs: number): void {
    if (this.#stopping) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.wake(chatId, target);
    }, delayMs + 1);
    timer.unref();
    this.#timers.add(timer);
  }

  /** Behind a target that takes few requests enough lanes wait already; what another process left is looked for seldom then. */
  #sweptNow(): string[] {
    this.#sweeps += 1;
    const isSwept = ({ ready }: TargetState) => ready.size < SWEEP_LIMIT || this.#sweeps % FULL_EVERY === 0;
    return [...this.#targets].filter(([, state]) => isSwept(state)).map(([target]) => target);
  }

  #scheduleSweep(): void {
    if (this.#stopping) return;
    this.#sweeper = setTimeout(() => {
      this.store
        .due(this.#sweptNow(), SWEEP_LIMIT)
        .then((lanes) => {
          for (const lane of lanes) this.wake(lane.chatId, lane.target);
        })
        .catch((error: unknown) => this.observer.failure?.({ where: 'outbox sweep', error }))
        .finally(() => this.#scheduleSweep());
    }, this.settings.sweepMs);
    this.#sweeper.unref();
  }
}

function sent(providerId: string | undefined): { settlement: Settlement; outcome: SendOutcome } {
  return { settlement: { state: 'sent', providerId: providerId ?? null }, outcome: 'sent' };
}
