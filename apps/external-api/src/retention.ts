import type { Logger } from '#libs/platform';
import type { IdempotentRequestRepository } from './idempotency/idempotent-request.repository.js';
import type { DeliveryRepository } from './webhooks/delivery.repository.js';

const EVERY_MS = 3_600_000;
/** How long the first answer of an Idempotency-Key is given again, hours. */
const REQUEST_HOURS = 24;
/** How long deliveries are shown after they were taken or given up, days. */
const SENT_DAYS = 7;
const DEAD_DAYS = 30;

/** Forgets what the API keeps for a while only. Every process may run it: what one removed the next does not find. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly requests: IdempotentRequestRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.run().catch((error: unknown) => this.logger.warn({ err: error }, 'old requests could not be forgotten'));
    }, EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Removes in portions until nothing old is left. */
  async run(): Promise<void> {
    while ((await this.requests.prune(REQUEST_HOURS)) > 0);
    while ((await this.deliveries.prune(SENT_DAYS, DEAD_DAYS)) > 0);
  }
}
