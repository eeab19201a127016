import { createHmac } from 'node:crypto';
import type { AmoCrmFaults } from './faults.js';

export interface DeliveredHook {
  kind: 'chat' | 'crm';
  url: string;
  body: string;
  /** HTTP status, or 0 when nobody answered in time. */
  status: number;
}

/** Sends hooks the way the vendor does: chat hooks signed, once, five seconds; CRM hooks form-encoded, unsigned. */
export class HookDelivery {
  readonly delivered: DeliveredHook[] = [];
  /** Where chat hooks go: the registered URL with `:scope_id` substituted. */
  chatHookUrl: string | null = null;
  private readonly held: (() => Promise<void>)[] = [];
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly secret: string,
    private readonly faults: AmoCrmFaults,
  ) {}

  chat(scopeId: string, payload: object): void {
    const url = this.chatHookUrl?.replace(':scope_id', scopeId);
    if (!url) return;
    const body = JSON.stringify(payload);
    const signature = createHmac('sha1', this.secret).update(body).digest('hex');
    this.schedule('chat', url, body, { 'Content-Type': 'application/json', 'X-Signature': signature });
  }

  crm(destinations: string[], fields: Record<string, string>): void {
    const body = new URLSearchParams(fields).toString();
    for (const url of destinations)
      this.schedule('crm', url, body, { 'Content-Type': 'application/x-www-form-urlencoded' });
  }

  /** Delivers held hooks in reverse order: the reordering knob. */
  async flush(): Promise<void> {
    for (const send of this.held.splice(0).reverse()) await send();
  }

  /** Resolves when nothing is in flight. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled([...this.pending]);
  }

  private schedule(kind: 'chat' | 'crm', url: string, body: string, headers: Record<string, string>): void {
    if (this.faults.dropHooks) return;
    for (let copy = 0; copy < this.faults.hookCopies; copy += 1) {
      const send = () => this.send(kind, url, body, headers);
      if (this.faults.holdHooks) {
        this.held.push(send);
        continue;
      }
      const running: Promise<void> = send().finally(() => this.pending.delete(running));
      this.pending.add(running);
    }
  }

  private async send(kind: 'chat' | 'crm', url: string, body: string, headers: Record<string, string>): Promise<void> {
    let status = 0;
    try {
      const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      status = response.status;
    } catch {
      // Sent once, never retried: a silent receiver has lost it.
    }
    this.delivered.push({ kind, url, body, status });
  }
}
