import { AddressNotAllowedError, FetchFailedError, type GuardedFetch, type Logger, type Metrics } from '#libs/platform';
import type { DeliveryOutcome, DeliveryRepository } from './delivery.repository.js';
import { type EventBodies, MAX_WEBHOOK_BODY } from './event-body.js';
import type { DueDelivery, LeasedEndpoint } from './webhook.js';
import { webhookSignature } from './webhook-signature.js';

export interface WebhookSettings {
  /** Longest attempt, ms. */
  timeoutMs: number;
  /** Pause after the first failure, ms. */
  retryMs: number;
  /** Hours without a success after which an endpoint is switched off. */
  disableHours: number;
}

/** Attempts of one delivery; with the default pauses they take about a day. */
const MAX_ATTEMPTS = 12;
/** Longest pauses: of one delivery, and of an endpoint that takes nothing. Milliseconds. */
const MAX_DELIVERY_PAUSE_MS = 6 * 3_600_000;
const MAX_ENDPOINT_PAUSE_MS = 5 * 60_000;
/** Lanes of one endpoint that are sent to at once. */
const LANES = 8;
/** Endpoints one process delivers to at once: a slow one holds up no other. */
const ENDPOINTS = 32;
/** How often a lease is made longer and a success is noted, ms. */
const RENEW_MS = 1_000;
/** What an endpoint may answer, bytes; the status is what counts. */
const MAX_ANSWER = 64 * 1024;
/** How often the database is asked for something due, ms. */
const SWEEP_MS = 500;

/**
 * Delivers webhooks. Any number of processes may run it: one at a time has the lease of an endpoint, sends the first of each
 * lane, and goes on when it is taken. While an endpoint takes nothing it gets one attempt at growing pauses.
 */
export class WebhookSender {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Endpoints this process is delivering to. */
  private readonly served = new Set<Promise<void>>();
  private removeCollector = () => {};

  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly bodies: EventBodies,
    private readonly guarded: GuardedFetch,
    private readonly settings: WebhookSettings,
    private readonly logger: Logger,
    private readonly metrics?: Metrics,
  ) {}

  start(): void {
    const { metrics } = this;
    if (metrics) {
      this.removeCollector = metrics.addCollector(async () => {
        const { active, failing, disabled, dead } = await this.deliveries.counts();
        metrics.webhookEndpoints.set({ state: 'active' }, active);
        metrics.webhookEndpoints.set({ state: 'failing' }, failing);
        metrics.webhookEndpoints.set({ state: 'disabled' }, disabled);
        metrics.webhookDeadLetters.set(dead);
      });
    }
    this.later(0);
  }

  /** Stops taking endpoints; attempts in flight are ended and made again elsewhere under the same ids. */
  async stop(): Promise<void> {
    this.removeCollector();
    clearTimeout(this.timer);
    this.ending.abort();
    await this.running;
    await Promise.all(this.served);
  }

  private later(ms: number): void {
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'webhooks could not be delivered'))
        .finally(() => this.later(SWEEP_MS));
    }, ms);
    this.timer.unref();
  }

  /** Takes endpoints with something due, as many as this process may serve at once. */
  private async sweep(): Promise<void> {
    while (!this.ending.signal.aborted && this.served.size < ENDPOINTS) {
      const endpoint = await this.deliveries.lease(this.leaseMs);
      if (!endpoint) return;
      const work = this.serve(endpoint)
        .catch((error: unknown) =>
          this.logger.warn({ err: error, webhookId: endpoint.id }, 'deliveries were broken off'),
        )
        .finally(() => this.served.delete(work));
      this.served.add(work);
    }
  }

  /** A lease outlives the slowest attempt twice. */
  private get leaseMs(): number {
    return this.settings.timeoutMs * 2 + 10_000;
  }

  /** Delivers what is due, lanes side by side, until nothing is left or the endpoint takes nothing. */
  private async serve(endpoint: LeasedEndpoint): Promise<void> {
    const run = { leasedAt: 0, inFlight: new Map<string, Promise<void>>(), taken: 0, refusedInRow: 0, takenAt: 0 };
    // An endpoint that takes nothing is asked once; the others wait without losing attempts.
    const width = () => (endpoint.failures > 0 && run.taken === 0 ? 1 : LANES);
    while (!this.ending.signal.aborted && run.refusedInRow < width()) {
      // Before the query: a process that was stopped between the answer and the send must not believe its lease young.
      const askedAt = performance.now();
      if (askedAt - run.leasedAt > RENEW_MS) {
        if (!(await this.deliveries.renew(endpoint, this.leaseMs))) break;
        run.leasedAt = askedAt;
      }
      const room = width() - run.inFlight.size;
      // The first of a lane that is being sent is still the first, also when it was taken while the question was asked.
      const sending = new Set(run.inFlight.keys());
      const due = room > 0 ? await this.deliveries.heads(endpoint.id, room + sending.size) : [];
      for (const delivery of due.filter(({ id }) => !sending.has(id)).slice(0, room)) {
        const work = this.deliver(endpoint, delivery, run.leasedAt)
          .then(async (isTaken) => {
            run.refusedInRow = isTaken ? 0 : run.refusedInRow + 1;
            if (!isTaken) return;
            run.taken += 1;
            if (run.taken > 1 && performance.now() - run.takenAt < RENEW_MS) return;
            run.takenAt = performance.now();
            await this.deliveries.succeeded(endpoint);
          })
          .finally(() => run.inFlight.delete(delivery.id));
        run.inFlight.set(delivery.id, work);
      }
      if (run.inFlight.size > 0) await Promise.race(run.inFlight.values());
      else if (due.length === 0) break;
    }
    await Promise.all(run.inFlight.values());
    if (run.refusedInRow > 0 && (run.taken === 0 || run.refusedInRow >= LANES)) await this.failing(endpoint, run.taken);
    // Whatever is due behind a lane that waits is not asked for again at once.
    await this.deliveries.release(endpoint, this.ending.signal.aborted ? 0 : SWEEP_MS / 2);
  }

  private async failing(endpoint: LeasedEndpoint, taken: number): Promise<void> {
    if (this.ending.signal.aborted) return;
    const failures = (taken > 0 ? 0 : endpoint.failures) + 1;
    const pause = this.pause(failures, MAX_ENDPOINT_PAUSE_MS);
    if (await this.deliveries.failed(endpoint, pause, this.settings.disableHours)) {
      this.logger.error({ webhookId: endpoint.id, keyId: endpoint.keyId }, 'a webhook was switched off');
    }
  }

  /** True when the endpoint took it. */
  private async deliver(endpoint: LeasedEndpoint, delivery: DueDelivery, leasedAt: number): Promise<boolean> {
    if (performance.now() - leasedAt > this.leaseMs - this.settings.timeoutMs) return false;
    const outcome = await this.attempt(endpoint, delivery);
    // An attempt that our own end cut off did not happen: whoever comes next makes it.
    if (outcome === 'ended') return false;
    await this.deliveries.settle(endpoint, delivery.id, outcome);
    this.metrics?.webhookDeliveries.inc({ outcome: outcome.state === 'pending' ? 'retried' : outcome.state });
    return outcome.state === 'sent';
  }

  private async attempt(endpoint: LeasedEndpoint, delivery: DueDelivery): Promise<DeliveryOutcome | 'ended'> {
    const content = await this.bodies.of(delivery);
    const body = content && JSON.stringify(content);
    if (body === undefined) return { state: 'dead', status: null, error: 'the content is no longer kept' };
    if (Buffer.byteLength(body) > MAX_WEBHOOK_BODY)
      return { state: 'dead', status: null, error: 'too large to be sent' };
    try {
      const { status } = await this.guarded.fetch(endpoint.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'WeWall-AI-webhooks',
          'webhook-id': delivery.id,
          'webhook-signature': webhookSignature(body, endpoint.secrets, Math.floor(Date.now() / 1_000)),
        },
        timeoutMs: this.settings.timeoutMs,
        maxBytes: MAX_ANSWER,
        signal: this.ending.signal,
      });
      if (status >= 200 && status < 300) return { state: 'sent', status };
      return this.failure(delivery, status, `answered ${status}`);
    } catch (error) {
      if (this.ending.signal.aborted) return 'ended';
      // What the address turned out to be stays with us: the partner would learn our network from it.
      if (error instanceof AddressNotAllowedError) return this.failure(delivery, null, 'the address is not allowed');
      if (error instanceof FetchFailedError) return this.failure(delivery, null, `no answer: ${error.reason}`);
      throw error;
    }
  }

  private failure({ attempts }: DueDelivery, status: number | null, error: string): DeliveryOutcome {
    if (attempts + 1 >= MAX_ATTEMPTS) return { state: 'dead', status, error };
    return { state: 'pending', status, error, delayMs: this.pause(attempts + 1, MAX_DELIVERY_PAUSE_MS) };
  }

  /** Threefold from one failure to the next, up to `most`, spread by a fifth so that endpoints do not come back in step. */
  private pause(failures: number, most: number): number {
    const exact = Math.min(most, this.settings.retryMs * 3 ** (failures - 1));
    return Math.round(exact * (0.8 + Math.random() * 0.4));
  }
}
