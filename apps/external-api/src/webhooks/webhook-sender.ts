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

  /** Serves every endpoint with something due. */
  private async sweep(): Promise<void> {
    const served: Promise<void>[] = [];
    while (!this.ending.signal.aborted && served.length < LANES) {
      const endpoint = await this.deliveries.lease(this.leaseMs);
      if (!endpoint) break;
      served.push(this.serve(endpoint));
    }
    await Promise.all(served);
  }

  /** A lease outlives the slowest batch twice. */
  private get leaseMs(): number {
    return this.settings.timeoutMs * 2 + 10_000;
  }

  private async serve(endpoint: LeasedEndpoint): Promise<void> {
    let { failures } = endpoint;
    while (!this.ending.signal.aborted) {
      // Before the query: a process that was stopped between the answer and the send must not believe its lease young.
      const leasedAt = performance.now();
      if (!(await this.deliveries.renew(endpoint, this.leaseMs))) return;
      // An endpoint that takes nothing is asked once; the others wait without losing attempts.
      const due = await this.deliveries.heads(endpoint.id, failures > 0 ? 1 : LANES);
      if (due.length === 0) break;
      const taken = await Promise.all(due.map((delivery) => this.deliver(endpoint, delivery, leasedAt)));
      if (taken.includes(true)) {
        failures = 0;
        await this.deliveries.succeeded(endpoint);
      } else if (this.ending.signal.aborted) break;
      else {
        failures += 1;
        const pause = this.pause(failures, MAX_ENDPOINT_PAUSE_MS);
        if (await this.deliveries.failed(endpoint, pause, this.settings.disableHours)) {
          this.logger.error({ webhookId: endpoint.id, keyId: endpoint.keyId }, 'a webhook was switched off');
        }
        break;
      }
    }
    // Whatever is due behind a lane that waits is not asked for again at once.
    await this.deliveries.release(endpoint, this.ending.signal.aborted ? 0 : SWEEP_MS / 2);
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
