import type { RunnableConfig } from '@langchain/core/runnables';
import { noTracing, type OpenSpan, type Tracing } from '#libs/platform';
import type { ChatSignals } from './chat-signals.js';
import type { Mailbox } from './mailbox.js';
import type { ChatsObserver, TurnOutcome } from './observer.js';
import type { ChatSettings } from './settings.js';
import type { TurnCheckpointer } from './turn-checkpointer.js';
import { TurnDrafts } from './turn-drafts.js';
import { besideManager, planTurn } from './turn-plan.js';
import type { Claim, ClaimResult, Commit, TurnStore, TurnView } from './turn-store.js';
import type { ChatEvent, Effect, MessageContent, Owner } from './types.js';

export interface TurnInput {
  chatId: string;
  channel: string;
  turn: number;
  /** While a manager owns the chat the turn is silent: the state may change, effects not marked `besideManager` are dropped. */
  owner: Owner;
  /** In the order in which they came; at least one. */
  events: ChatEvent[];
  /** For `graph.invoke`: thread and session of the checkpointer, `durability: 'exit'`. */
  config: RunnableConfig & { durability: 'exit' };
  /** Aborted when the lease is lost: whatever the turn decides can no longer be committed. */
  signal: AbortSignal;
  /**
   * Shows readers who are connected what is being written, the whole text so far, until the turn is over. A courtesy: nothing of it
   * is kept, and silent while a manager owns the chat.
   */
  draft(text: string): void;
}

export interface TurnResult {
  effects: Effect[];
  view: TurnView;
}

/** What a turn does; the dialog graph implements it. */
export interface TurnHandler {
  run(input: TurnInput): Promise<TurnResult>;
  /** What the client is told when a turn failed for good. */
  apology(): MessageContent;
}

const SWEEP_LIMIT = 500;
/** Pauses between tries to give a chat back to a database that is away, ms. */
const GIVE_BACK_MS = [50, 1_000] as const;

/**
 * Runs turns: at most one per chat over all processes (the lease decides), `concurrency` at once in this process. A
 * wake-up only says "look at this chat"; what is to do is found out by the claim, so wake-ups may be lost or doubled.
 */
export class TurnRunner {
  readonly #ready = new Set<string>();
  readonly #active = new Map<string, { again: boolean; work: Promise<void> }>();
  readonly #delayed = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  readonly #running = new Set<Claim>();
  readonly #aborts = new Set<AbortController>();
  #sweeper: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopping = false;

  constructor(
    private readonly store: TurnStore,
    private readonly mailbox: Mailbox,
    private readonly checkpointer: TurnCheckpointer,
    private readonly signals: ChatSignals,
    private readonly handler: TurnHandler,
    private readonly settings: ChatSettings,
    private readonly observer: ChatsObserver = {},
    private readonly tracing: Tracing = noTracing,
  ) {}

  /** Listens to this process's mailbox and starts the sweep. */
  start(): void {
    this.#unsubscribe = this.signals.on('ingested', (chatId, urgent) =>
      this.wake(chatId, urgent ? 0 : this.settings.quietMs),
    );
    this.#scheduleSweep();
  }

  /** Looks at the chat after `delayMs`; an earlier look that is already planned stays. */
  wake(chatId: string, delayMs = 0): void {
    if (this.#stopping) return;
    if (delayMs > 0) {
      const due = performance.now() + delayMs;
      const planned = this.#delayed.get(chatId);
      if (planned && planned.due <= due) return;
      if (planned) clearTimeout(planned.timer);
      const timer = setTimeout(() => this.wake(chatId), delayMs);
      timer.unref();
      this.#delayed.set(chatId, { timer, due });
      return;
    }
    clearTimeout(this.#delayed.get(chatId)?.timer);
    this.#delayed.delete(chatId);
    const active = this.#active.get(chatId);
    if (active) active.again = true;
    else this.#ready.add(chatId);
    this.#pump();
  }

  /**
   * Stops taking turns, waits `graceMs` for the running ones, then aborts and releases what is left: those events are
   * run again by whoever claims them next.
   */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    clearTimeout(this.#sweeper);
    for (const { timer } of this.#delayed.values()) clearTimeout(timer);
    this.#delayed.clear();
    this.#ready.clear();
    await this.#sweeping;
    const finished = Promise.all([...this.#active.values()].map((active) => active.work));
    let grace: NodeJS.Timeout | undefined;
    await Promise.race([finished, new Promise((resolve) => (grace = setTimeout(resolve, graceMs)))]);
    clearTimeout(grace);
    for (const abort of this.#aborts) abort.abort(new Error('the process is stopping'));
    await Promise.all([...this.#running].map((claim) => this.store.release(claim)));
  }

  #pump(): void {
    for (const chatId of this.#ready) {
      if (this.#active.size >= this.settings.concurrency) return;
      this.#ready.delete(chatId);
      const active = { again: false, work: Promise.resolve() };
      this.#active.set(chatId, active);
      active.work = this.#serve(chatId)
        .catch((error: unknown) => {
          this.observer.failure?.({ where: 'turn', error });
          return false;
        })
        .then((more) => {
          this.#active.delete(chatId);
          // To the end of the queue: a chat with a long mailbox does not keep the others waiting.
          if ((more || active.again) && !this.#stopping) this.#ready.add(chatId);
          this.#pump();
        });
    }
  }

  /** One look at a chat; true when there is more to do at once. */
  async #serve(chatId: string): Promise<boolean> {
    const started = performance.now();
    const result = await this.#claim(chatId);
    switch (result.state) {
      case 'idle':
      case 'busy':
        return false;
      case 'moved':
        return true;
      case 'wait':
        this.wake(chatId, result.ms);
        return false;
      case 'claimed':
        return this.#traced(result.claim, started);
    }
  }

  /** A claim that broke may have been carried out: the chat must not wait for the end of a lease nobody works under. */
  async #claim(chatId: string): Promise<ClaimResult> {
    try {
      return await this.store.claim(chatId);
    } catch (error) {
      await this.#patiently(() => this.store.releaseOwn(chatId));
      throw error;
    }
  }

  /** Repeats a statement that gives a chat back while the database is away, at most as long as the lease lasts. */
  async #patiently<T>(giveBack: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.settings.leaseMs;
    for (let pause: number = GIVE_BACK_MS[0]; ; pause = Math.min(pause * 2, GIVE_BACK_MS[1])) {
      try {
        return await giveBack();
      } catch (error) {
        if (this.#stopping || performance.now() + pause > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** A turn belongs to the trace of the last of its events that has one. */
  #traced(claim: Claim, started: number): Promise<boolean> {
    const { channel, turn, owner, events, attempts } = claim;
    const parent = events.findLast(({ trace }) => trace !== undefined)?.trace;
    const attributes = { channel, turn, owner, events: events.length, attempt: attempts + 1 };
    return this.tracing.span('chat.turn', { parent, attributes }, (span) => this.#turn(claim, started, span));
  }

  async #turn(claim: Claim, started: number, span: OpenSpan): Promise<boolean> {
    const session = `${claim.chatId}#${claim.fence}`;
    const abort = new AbortController();
    const renewal = this.#renew(claim, abort);
    this.#running.add(claim);
    this.#aborts.add(abort);
    if (claim.owner === 'bot') this.signals.emit('typing', claim.chatId, true);
    const ran = performance.now();
    const drafts = new TurnDrafts(claim, this.signals, abort.signal);
    try {
      const config = this.checkpointer.openSession(claim.chatId, session, claim.checkpoint);
      const { chatId, channel, turn, owner, events } = claim;
      const result = await this.handler.run({
        chatId,
        channel,
        turn,
        owner,
        events,
        config: { ...config, durability: 'exit' },
        signal: abort.signal,
        draft: (text) => drafts.show(text),
      });
      const effects = owner === 'bot' ? result.effects : await this.#besideManager(claim, result.effects);
      return await this.#commit(claim, started, span, {
        plan: planTurn({ chatId, channel, turn, events, effects, trace: span.traceparent }, this.settings),
        saved: this.checkpointer.closeSession(session),
        view: result.view,
        effects: result.effects.length,
        runMs: performance.now() - ran,
      });
    } catch (error) {
      this.checkpointer.closeSession(session);
      return await this.#failed(claim, started, ran, error, span);
    } finally {
      clearInterval(renewal);
      this.#running.delete(claim);
      this.#aborts.delete(abort);
      if (claim.owner === 'bot') this.signals.emit('typing', claim.chatId, false);
      drafts.end();
    }
  }

  /** A manager's message that comes after the look raises the epoch, and the commit fails. */
  async #besideManager(claim: Claim, effects: readonly Effect[]): Promise<Effect[]> {
    if (besideManager(effects, false).length === 0) return [];
    // Whatever order they came in: a turn that has a manager's message to read has nothing to say beside it.
    const hasAnswer = claim.events.some(({ kind }) => kind === 'manager' || kind === 'owner');
    return besideManager(effects, hasAnswer || (await this.store.isTaken(claim)));
  }

  async #commit(claim: Claim, started: number, span: OpenSpan, commit: Commit): Promise<boolean> {
    const result = await this.store.commit(claim, commit);
    const outcome: TurnOutcome = result.state === 'committed' ? (commit.parked ? 'parked' : 'committed') : result.state;
    span.set({ outcome, effects: commit.effects });
    this.observer.turn?.({
      chatId: claim.chatId,
      turn: claim.turn,
      outcome,
      events: claim.events.length,
      runMs: commit.runMs,
      totalMs: performance.now() - started,
    });
    if (result.state !== 'committed') return result.state === 'epoch-changed';
    const isShown = this.settings.pullChannels.includes(claim.channel) && commit.plan.transcript.length > 0;
    if (isShown && result.waited !== null) {
      this.observer.reply?.({ chatId: claim.chatId, channel: claim.channel, seconds: result.waited });
    }
    this.signals.emit('changed', claim.chatId);
    for (const target of new Set(commit.plan.outbox.map((row) => row.target))) {
      this.signals.emit('outbox', claim.chatId, target);
    }
    return result.more;
  }

  async #failed(claim: Claim, started: number, ran: number, error: unknown, span: OpenSpan): Promise<boolean> {
    const attempt = claim.attempts + 1;
    const parked = attempt >= this.settings.maxTurnAttempts;
    this.observer.turnFailed?.({ chatId: claim.chatId, turn: claim.turn, attempt, parked, error });
    if (parked) {
      const { chatId, channel, turn, owner, events } = claim;
      const effects: Effect[] = owner === 'bot' ? [{ type: 'reply', message: this.handler.apology() }] : [];
      return await this.#commit(claim, started, span, {
        plan: planTurn({ chatId, channel, turn, events, effects, trace: span.traceparent }, this.settings),
        saved: { checkpoints: [], writes: [] },
        view: null,
        effects: effects.length,
        runMs: performance.now() - ran,
        parked: { error: describe(error) },
      });
    }
    const pause = await this.#patiently(() => this.store.fail(claim));
    if (pause !== null) this.wake(claim.chatId, pause + 1);
    return false;
  }

  #renew(claim: Claim, abort: AbortController): NodeJS.Timeout {
    const timer = setInterval(() => {
      this.store.renew(claim).then(
        (held) => {
          if (held) return;
          clearInterval(timer);
          abort.abort(new Error('the lease was lost'));
        },
        (error: unknown) => this.observer.failure?.({ where: 'lease renewal', error }),
      );
    }, this.settings.leaseMs / 3);
    timer.unref();
    return timer;
  }

  #scheduleSweep(): void {
    if (this.#stopping) return;
    this.#sweeper = setTimeout(() => {
      this.#sweeping = this.#sweep().finally(() => this.#scheduleSweep());
    }, this.settings.sweepMs);
    this.#sweeper.unref();
  }

  async #sweep(): Promise<void> {
    try {
      await this.mailbox.fireDueTimers();
      for (const chatId of await this.store.overlooked(SWEEP_LIMIT)) {
        if (!this.#active.has(chatId)) this.wake(chatId);
      }
    } catch (error) {
      this.observer.failure?.({ where: 'turn sweep', error });
    }
  }
}

/** Names an error for the operator, without a stack. */
function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500);
}
