import { randomBytes } from 'node:crypto';
import { derivedId, type GuardedFetch, Problem } from '#libs/platform';
import type { DeliveryRepository } from './delivery.repository.js';
import type { Page, WebhookDelivery, WebhookEndpoint, WebhookEvent } from './webhook.js';
import type { WebhookRepository } from './webhook.repository.js';
import { newWebhookSecret } from './webhook-signature.js';

/** Endpoints one key may have. */
export const MAX_WEBHOOKS = 10;
/** How long a former secret signs beside the new one, hours. */
export const SECRET_OVERLAP_HOURS = 24;

/** What partners and operators do with webhooks; REST and the command are thin over this. */
export class Webhooks {
  constructor(
    private readonly endpoints: WebhookRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly guarded: GuardedFetch,
  ) {}

  /**
   * Registers where a partner is told what happens. The secret is shown this once. With `requestId` the same request again
   * gives the same endpoint. Throws Problem WEBHOOK_URL_NOT_ALLOWED or TOO_MANY_WEBHOOKS.
   */
  async register(
    keyId: string,
    { url, events }: { url: string; events: readonly WebhookEvent[] },
    requestId: string = randomBytes(16).toString('hex'),
  ): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    if (!this.guarded.accepts(url)) {
      throw new Problem(
        422,
        'WEBHOOK_URL_NOT_ALLOWED',
        'A webhook is a public https address, at a port this server may reach',
      );
    }
    const id = derivedId('wh', keyId, requestId);
    const registered = await this.endpoints.insert(
      { id, keyId, url, events: [...new Set(events)], secret: newWebhookSecret() },
      MAX_WEBHOOKS,
    );
    if (!registered) throw new Problem(409, 'TOO_MANY_WEBHOOKS', `A key may have ${MAX_WEBHOOKS} webhooks`);
    return registered;
  }

  /** Endpoints of a key, or of all keys. */
  list(keyId: string | undefined, after: string | undefined, limit: number): Promise<Page<WebhookEndpoint>> {
    return this.endpoints.list(keyId, after, limit);
  }

  /** Throws Problem WEBHOOK_NOT_FOUND, like everything below. */
  async find(keyId: string, id: string): Promise<WebhookEndpoint> {
    return (await this.endpoints.find(keyId, id)) ?? notFound();
  }

  async remove(keyId: string, id: string): Promise<void> {
    if (!(await this.endpoints.remove(keyId, id))) notFound();
  }

  /** A new secret; the former signs beside it for a day. */
  async rotateSecret(keyId: string, id: string): Promise<string> {
    const secret = newWebhookSecret();
    if (!(await this.endpoints.changeSecret(keyId, id, secret, SECRET_OVERLAP_HOURS))) notFound();
    return secret;
  }

  /** Switches a disabled endpoint on; what was given up meanwhile is replayed apart. */
  async enable(keyId: string, id: string): Promise<WebhookEndpoint> {
    return (await this.endpoints.enable(keyId, id)) ?? notFound();
  }

  async listDeliveries(
    keyId: string,
    id: string,
    options: { state?: WebhookDelivery['state'] | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Page<WebhookDelivery>> {
    await this.find(keyId, id);
    return this.deliveries.list(id, options);
  }

  /** Puts dead deliveries back: one, or all. Returns how many. */
  async replay(keyId: string, id: string, deliveryId?: string): Promise<number> {
    await this.find(keyId, id);
    return this.deliveries.replay(id, deliveryId);
  }
}

function notFound(): never {
  throw new Problem(404, 'WEBHOOK_NOT_FOUND', 'This key has no such webhook');
}
