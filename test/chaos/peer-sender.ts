import {
  type OutboxItem,
  type Reconciliation,
  SendUnavailableError,
  SendUnknownError,
  type TargetSender,
} from '#libs/chats';

/** Sends to the recording peer, which ignores a repeated idempotency key and can be asked whether it has one. */
export class PeerSender implements TargetSender {
  readonly target = 'peer';
  readonly unknownOutcome = 'resend';
  readonly timeoutMs = 1_000;

  constructor(private readonly peerUrl: string) {}

  async send(item: OutboxItem, signal: AbortSignal): Promise<{ providerId?: string }> {
    if (item.body.type !== 'message') throw new Error('the peer takes messages only');
    const response = await this.#ask('POST', item.id, signal, {
      chatId: item.chatId,
      seq: item.body.seq,
      text: item.body.message.text,
    });
    if (response.status === 503) throw new SendUnavailableError('the peer is busy');
    if (!response.ok) throw new SendUnknownError(`the peer answered ${response.status}`);
    return { providerId: await response.text() };
  }

  async reconcile(item: OutboxItem, signal: AbortSignal): Promise<Reconciliation> {
    const response = await this.#ask('GET', item.id, signal);
    return response.ok ? { state: 'sent', providerId: await response.text() } : { state: 'absent' };
  }

  async #ask(method: string, key: string, signal: AbortSignal, body?: object): Promise<Response> {
    try {
      const url = `${this.peerUrl}/messages?key=${encodeURIComponent(key)}`;
      return await fetch(url, { method, signal, ...(body ? { body: JSON.stringify(body) } : {}) });
    } catch (error) {
      throw new SendUnknownError('no answer from the peer', { cause: error });
    }
  }
}
